-- KEYS session, revision, directory  ARGV session id or nothing if it is persistent, id, head as read, value
-- include revise

if ARGV[1] ~= '' and redis.call('EXISTS', KEYS[1]) == 0 then
  return -1
end
local found = redis.call('HGET', KEYS[3], ARGV[2])
if not found or string.sub(found, 1, #ARGV[3]) ~= ARGV[3] then
  return 0
end
local created, tag = string.match(found, '^(%d+) %d* %S* (%S*) ')
local revision = revise(redis.call('GET', KEYS[2]))
redis.call('HSET', KEYS[3], ARGV[2], created .. ' ' .. revision .. ' ' .. ARGV[1] .. ' ' .. tag .. ' ' .. ARGV[4])
redis.call('PUBLISH', KEYS[3], '+' .. ARGV[2])
return revision
