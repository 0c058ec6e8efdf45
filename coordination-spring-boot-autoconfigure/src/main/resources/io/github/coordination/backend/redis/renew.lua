-- KEYS session, store, sessions, bound  ARGV session id, ttl, whether to ask for the run id, whether to look for what
-- the session has
-- include common

-- before the key's own, so that the key never ends first
local due = now() + ARGV[2]
if redis.call('PEXPIRE', KEYS[1], ARGV[2]) == 0 then
  return -1
end
-- if the memory is full the index lags behind, and the sweep puts it right
redis.pcall('ZADD', KEYS[3], due, ARGV[1])
if ARGV[4] == '1' then
  for _, name in ipairs(redis.call('SMEMBERS', KEYS[4])) do
    local directory, id = string.match(name, '^([^/]*)/(.*)$')
    if directory and redis.call('HEXISTS', directory, id) == 0 then
      return -1
    end
  end
end
return {sweep(), redis.call('HGET', KEYS[2], 'identity') or '', ARGV[3] == '1' and run() or ''}
