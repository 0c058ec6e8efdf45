-- Part of every script that may meet the entries of sessions that have ended.
-- A value of a directory's hash is "<created> <changed> <session> <tag> <value>"; <changed> is empty while it is
-- <created>, <session> is empty if the entry is persistent.
local prefix = string.match(KEYS[1], '^{[^}]*}:')

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A session is dead if the index agrees: while a cluster moves the namespace, a key that is still elsewhere looks as
-- if it did not exist. An error says that nothing is done yet. A key and its place in the index may differ by
-- milliseconds, since the clock was read twice.
local function alive(session)
  if session == '' or redis.call('EXISTS', prefix .. 'session:' .. session) == 1 then
    return true
  end
  local due = redis.call('ZSCORE', prefix .. 'sessions', session)
  if due and tonumber(due) > now() + 10 or not due and redis.call('EXISTS', prefix .. 'sessions') == 0 then
    error('-TRYAGAIN it is not known whether a session lives')
  end
  return false
end

local function remove(directory, id)
  if redis.call('HDEL', directory, id) == 1 then
    redis.call('PUBLISH', directory, '-' .. id)
  end
end

-- Remove what is bound to a session whose key is gone: a thousand entries at the most, the rest with the next sweep.
local function reap(session)
  local bound = prefix .. 'bound:' .. session
  for _, name in ipairs(redis.call('SPOP', bound, 1000)) do
    local directory, id = string.match(name, '^([^/]*)/(.*)$')
    local item = directory and redis.call('HGET', directory, id)
    if item and string.match(item, '^%d+ %d* (%S*) ') == session then
      remove(directory, id)
    end
  end
  local left = redis.call('EXISTS', bound)
  if left == 0 then
    redis.call('ZREM', prefix .. 'sessions', session)
  end
  return left
end

-- Read a directory: show its entries, and what is foreign without a number, and remove those of dead sessions, also
-- when a session no longer knows that it had them. Returns the largest number.
local function visit(directory, show)
  local items = redis.call('HGETALL', directory)
  local largest
  local ended = {}
  local dead = {}
  for i = 1, #items, 2 do
    local created, session, tag = string.match(items[i + 1], '^(%d+) %d* (%S*) (%S*) ')
    if created and #created == 16 and (not largest or created > largest) then
      largest = created
    end
    if created and ended[session] == nil then
      ended[session] = not alive(session)
    end
    if created and ended[session] then
      dead[#dead + 1] = items[i]
    else
      show(items[i], items[i + 1], created, tag)
    end
  end
  for session, gone in pairs(ended) do
    if gone then
      reap(session)
    end
  end
  for _, id in ipairs(dead) do
    remove(directory, id)
  end
  return largest
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

-- The server's run, which changes when it was restarted or another one took over; empty where INFO is not allowed.
local function run()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
end
