-- KEYS session, store, sessions  ARGV session id, ttl, identity if the store has none, format version
-- include common

local format = redis.call('HGET', KEYS[2], 'format')
if format and (tonumber(format) or math.huge) > tonumber(ARGV[4]) then
  return {-1, format}
end
local time = now()
redis.call('ZADD', KEYS[3], time + ARGV[2], ARGV[1])
redis.call('SET', KEYS[1], '', 'PX', ARGV[2])
redis.call('HSETNX', KEYS[2], 'format', ARGV[4])
local fresh = redis.call('HSETNX', KEYS[2], 'identity', ARGV[3]) == 1
local id = run()
-- what was held may be forgotten: from here on the delay counts
if fresh or id ~= '' and redis.call('HGET', KEYS[2], 'run') ~= id then
  redis.call('HSET', KEYS[2], 'run', id, 'since', time)
end
local since = redis.call('HGET', KEYS[2], 'since') or 0
return {sweep(), redis.call('HGET', KEYS[2], 'identity'), id, time - since}
