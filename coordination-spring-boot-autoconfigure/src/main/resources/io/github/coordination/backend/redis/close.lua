-- KEYS session  ARGV session id
-- include common

redis.call('DEL', KEYS[1])
sweep()
local left = reap(ARGV[1])
if left == 1 then
  redis.pcall('ZADD', prefix .. 'sessions', 'XX', 0, ARGV[1])
end
return left
