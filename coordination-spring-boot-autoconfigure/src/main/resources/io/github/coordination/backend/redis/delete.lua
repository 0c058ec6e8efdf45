-- KEYS directory, bound if it has a session, session if that must live  ARGV id, head as read
if KEYS[3] and redis.call('EXISTS', KEYS[3]) == 0 then
  return -1
end
local found = redis.call('HGET', KEYS[1], ARGV[1])
if not found or string.sub(found, 1, #ARGV[2]) ~= ARGV[2] then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
if KEYS[2] then
  redis.call('SREM', KEYS[2], KEYS[1] .. '/' .. ARGV[1])
end
if redis.call('HLEN', KEYS[1]) == 0 then
  redis.call('PUBLISH', KEYS[1], '-' .. ARGV[1])
  return 1
end

-- include common

-- whoever is next takes this for its turn, so if it is dead, its own end must be told first
sweep()
redis.call('PUBLISH', KEYS[1], '-' .. ARGV[1])
return 1
