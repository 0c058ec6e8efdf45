-- KEYS sessions
-- include common

return sweep()
