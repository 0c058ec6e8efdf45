-- KEYS directory  ARGV id
-- include common

local item = redis.call('HGET', KEYS[1], ARGV[1])
local session = item and string.match(item, '^%d+ %d* (%S*) ')
if session and not alive(session) then
  reap(session)
  remove(KEYS[1], ARGV[1])
  return false
end
return item
