-- KEYS session, revision, directory, bound  ARGV id, rest of the item behind its revision, most that may be ahead
-- Returns "gone" or "refused", or the new revision or "=<length of the item>:<item>" if it is a repetition, and
-- " <id> <tag>" for each that is ahead.
-- include revise

if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'gone'
end

local function append(floor)
  local revision = revise(redis.call('GET', KEYS[2]), floor)
  redis.call('HSET', KEYS[3], ARGV[1], revision .. ARGV[2])
  redis.call('SADD', KEYS[4], KEYS[3] .. '/' .. ARGV[1])
  redis.call('PUBLISH', KEYS[3], '+' .. ARGV[1])
  return revision
end

if redis.call('HLEN', KEYS[3]) == 0 then
  return append()
end

-- include common

local queue = {}
local mine
local largest = visit(KEYS[3], function(id, item, created, tag)
  if created then
    queue[#queue + 1] = {tonumber(created), id, tag}
    if id == ARGV[1] then
      mine = item
    end
  end
end)
if not mine and #queue > tonumber(ARGV[3]) then
  return 'refused'
end
table.sort(queue, function(a, b) return a[1] < b[1] end)
local reply = {mine and '=' .. #mine .. ':' .. mine or append(largest)}
for _, each in ipairs(queue) do
  if each[2] == ARGV[1] then
    break
  end
  reply[#reply + 1] = each[2] .. ' ' .. each[3]
end
return table.concat(reply, ' ')
