-- KEYS directory
-- include common

local items = redis.call('HGETALL', KEYS[1])
local dead = {}
local live = {}
for i = 1, #items, 2 do
  local session = string.match(items[i + 1], '^%d+ %d* (%S*) ')
  if session then
    if dead[session] == nil then
      dead[session] = not alive(session)
    end
    if not dead[session] then
      live[#live + 1] = items[i]
      live[#live + 1] = items[i + 1]
    end
  end
end
for session, gone in pairs(dead) do
  if gone then
    reap(session)
  end
end
return live
