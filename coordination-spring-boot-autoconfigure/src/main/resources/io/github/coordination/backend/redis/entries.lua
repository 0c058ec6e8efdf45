-- KEYS session, bound  ARGV session id
if redis.call('EXISTS', KEYS[1]) == 0 then
  return -1
end
local found = {}
for _, name in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  local directory, id = string.match(name, '^([^/]*)/(.*)$')
  local item = directory and redis.call('HGET', directory, id)
  if item then
    found[#found + 1] = name
    found[#found + 1] = item
  end
end
return found
