-- KEYS session  ARGV session id
-- include common

redis.call('DEL', KEYS[1])
-- whoever is next takes a removal for its turn, so if it is dead, its own end must be told first
sweep()
local left = reap(ARGV[1])
if left == 1 then
  redis.pcall('ZADD', prefix .. 'sessions', 'XX', 0, ARGV[1])
end
return left
