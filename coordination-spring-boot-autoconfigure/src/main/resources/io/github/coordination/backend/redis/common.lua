-- Part of every script that may meet the entries of sessions that have ended.
-- A value of a directory's hash is "<created> <changed> <session> <tag> <value>"; <changed> is empty while it is
-- <created>, <session> is empty if the entry is persistent.
local prefix = string.match(KEYS[1], '^{[^}]*}:')

local function alive(session)
  return session == '' or redis.call('EXISTS', prefix .. 'session:' .. session) == 1
end

-- Remove what is bound to a session whose key is gone: a thousand entries at the most, the rest with the next sweep.
local function reap(session)
  local bound = prefix .. 'bound:' .. session
  for _, name in ipairs(redis.call('SPOP', bound, 1000)) do
    local directory, id = string.match(name, '^([^/]*)/(.*)$')
    local item = directory and redis.call('HGET', directory, id)
    if item and string.match(item, '^%d+ %d* (%S*) ') == session then
      redis.call('HDEL', directory, id)
      redis.call('PUBLISH', directory, '-' .. id)
    end
  end
  local left = redis.call('EXISTS', bound)
  if left == 0 then
    redis.call('ZREM', prefix .. 'sessions', session)
  end
  return left
end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- End the sessions that were not renewed in time. Their keys decide; the index says only when to look.
-- Returns the milliseconds until there is a reason to look again, -1 if there is none.
local function sweep()
  local sessions = prefix .. 'sessions'
  local time = now()
  for _, session in ipairs(redis.call('ZRANGEBYSCORE', sessions, '-inf', time, 'LIMIT', 0, 10)) do
    local left = redis.call('PTTL', prefix .. 'session:' .. session)
    if left >= 0 then
      redis.pcall('ZADD', sessions, time + left + 1, session)
    else
      reap(session)
    end
  end
  local first = redis.call('ZRANGE', sessions, 0, 0, 'WITHSCORES')
  return first[2] and math.max(0, first[2] - time) or -1
end

-- The server's run, which changes when it was restarted or another one took over, and how many seconds ago it
-- began; both are empty where INFO is not allowed.
local function run()
  local info = redis.pcall('INFO', 'server')
  if type(info) ~= 'string' then
    return '', ''
  end
  return string.match(info, 'run_id:(%x+)') or '', string.match(info, 'uptime_in_seconds:(%d+)') or ''
end
