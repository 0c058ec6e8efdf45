-- KEYS session, store, sessions  ARGV session id, ttl, identity if the store has none, format version
-- include common

local format = redis.call('HGET', KEYS[2], 'format')
if format and (tonumber(format) or math.huge) > tonumber(ARGV[4]) then
  return {-1, format}
end
redis.call('HSETNX', KEYS[2], 'format', ARGV[4])
redis.call('HSETNX', KEYS[2], 'identity', ARGV[3])
redis.call('ZADD', KEYS[3], now() + ARGV[2], ARGV[1])
redis.call('SET', KEYS[1], '', 'PX', ARGV[2])
local id, uptime = run()
return {sweep(), redis.call('HGET', KEYS[2], 'identity'), id, uptime}
