-- KEYS session, revision, directory, bound  ARGV session id or nothing if it is persistent, id, value
-- include common
-- include revise

if ARGV[1] ~= '' and redis.call('EXISTS', KEYS[1]) == 0 then
  return -1
end
local found = redis.call('HGET', KEYS[3], ARGV[2])
if found then
  local session = string.match(found, '^%d+ %d* (%S*) ')
  if not session or alive(session) then
    return 0
  end
  reap(session)
  remove(KEYS[3], ARGV[2])
end
local revision = revise(redis.call('GET', KEYS[2]))
redis.call('HSET', KEYS[3], ARGV[2], revision .. '  ' .. ARGV[1] .. '  ' .. ARGV[3])
if ARGV[1] ~= '' then
  redis.call('SADD', KEYS[4], KEYS[3] .. '/' .. ARGV[2])
end
redis.call('PUBLISH', KEYS[3], '+' .. ARGV[2])
return revision
