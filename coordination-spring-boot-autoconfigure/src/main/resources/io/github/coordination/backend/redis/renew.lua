-- KEYS session, store, sessions  ARGV session id, ttl, whether to ask for the run id
-- include common

if redis.call('PEXPIRE', KEYS[1], ARGV[2]) == 0 then
  return -1
end
-- if the memory is full the index lags behind, and the sweep puts it right
redis.pcall('ZADD', KEYS[3], now() + ARGV[2], ARGV[1])
return {sweep(), redis.call('HGET', KEYS[2], 'identity') or '', ARGV[3] == '1' and (run()) or ''}
