-- KEYS directory
-- include common

local found = {}
visit(KEYS[1], function(id, item)
  found[#found + 1] = id
  found[#found + 1] = item
end)
return found
