-- KEYS session  ARGV session id
-- include common

redis.call('DEL', KEYS[1])
sweep()
return reap(ARGV[1])
