-- A number above every one before it, that goes on from the clock if the last one was lost, and from what is there.
-- As long as all have sixteen digits they compare as text.
local function revise(last, floor)
  if floor and (not last or floor > last) then
    last = floor
  end
  local time = redis.call('TIME')
  local revision = time[1] .. string.sub('000000', #time[2] + 1) .. time[2]
  if last and revision <= last then
    revision = string.format('%.0f', last + 1)
  end
  redis.call('SET', KEYS[2], revision)
  return revision
end
