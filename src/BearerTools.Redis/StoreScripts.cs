namespace BearerTools.Redis;

/// <summary>
/// The scripts of the store. An entry is a hash: <c>d</c> is the encrypted content, <c>v</c> its version, <c>f</c> the fencing number that
/// it was written with, and <c>n</c> the last fencing number that was issued. The lease of an entry is a key with the name of its owner.
/// Fencing numbers are times in microseconds, so that they grow even if the hash expired or a failover lost some.
/// </summary>
internal static class StoreScripts
{
    /// <summary>Life of a hash without content, in milliseconds: longer than any process is stopped and still goes on.</summary>
    private const string EmptyLife = "86400000";

    /// <summary>
    /// Functions of the scripts. A fencing number that is no time up to now, or a key of another type, is damaged: another client of the
    /// server has written it. It is replaced, and blocks no worker.
    /// </summary>
    private const string Functions = """
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
        local function number(key, field)
          local n = tonumber(redis.call('HGET', key, field) or '0') or 0
          if n > 0 and n < now + 86400000000 then return n end
          return 0
        end
        local function is_damaged(key, type)
          local found = redis.call('TYPE', key).ok
          return found ~= type and found ~= 'none'
        end

        """;

    /// <summary>
    /// KEYS: lease, entry. ARGV: owner, lease in ms, the fencing number that the caller knows or '*', and 1 for a lease to delete. That one
    /// needs no memory: a full server accepts every command of a script after one that frees some. Returns {1, fence}, {0, ms left, owner},
    /// or {2} if the entry has another fencing number.
    /// </summary>
    public const string Acquire = Functions + """
        local lost = is_damaged(KEYS[2], 'hash')
        local f = not lost and redis.call('HGET', KEYS[2], 'f') or ''
        if ARGV[3] ~= '*' and f ~= ARGV[3] then return {2} end
        local held = not is_damaged(KEYS[1], 'string') and redis.call('GET', KEYS[1])
        if held and held ~= ARGV[1] then
          -- Only a lease that another client has changed has no end.
          if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
          return {0, redis.call('PTTL', KEYS[1]), held}
        end
        if ARGV[4] == '1' or is_damaged(KEYS[1], 'string') then redis.call('DEL', KEYS[1]) end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        if lost then
          redis.call('DEL', KEYS[2])
          redis.call('HSET', KEYS[2], 'v', 0, 'd', '')
        end
        local last = math.max(number(KEYS[2], 'n'), number(KEYS[2], 'f'))
        if now <= last then now = last + 1 end
        local fence = string.format('%.0f', now)
        redis.call('HSET', KEYS[2], 'n', fence)
        if redis.call('PTTL', KEYS[2]) < 0 then redis.call('PEXPIRE', KEYS[2], 
        """ + EmptyLife + """
        ) end
        return {1, fence}
        """;

    /// <summary>KEYS: lease. ARGV: owner, lease in ms. Returns 1 if it is still the owner's.</summary>
    public const string Renew = """
        if redis.call('TYPE', KEYS[1]).ok ~= 'string' or redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call('PEXPIRE', KEYS[1], ARGV[2])
        """;

    /// <summary>KEYS: lease. ARGV: owner.</summary>
    public const string Release = """
        if redis.call('TYPE', KEYS[1]).ok ~= 'string' or redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[1])
        """;

    /// <summary>KEYS: entry. Returns {version, fence, content}, and for a key of another type an entry that cannot be opened.</summary>
    public const string Read = """
        local type = redis.call('TYPE', KEYS[1]).ok
        if type ~= 'hash' and type ~= 'none' then return {'0', '', ''} end
        return redis.call('HMGET', KEYS[1], 'v', 'f', 'd')
        """;

    /// <summary>
    /// KEYS: entry. ARGV: fence, content, life in ms, version. Returns 0 if the entry was written with a greater fence. The same fence may
    /// write again, so that a write whose response was lost can be repeated.
    /// </summary>
    public const string Write = Functions + """
        if is_damaged(KEYS[1], 'hash') then redis.call('DEL', KEYS[1]) end
        if number(KEYS[1], 'f') > tonumber(ARGV[1]) then return 0 end
        redis.call('HSET', KEYS[1], 'v', ARGV[4], 'f', ARGV[1], 'd', ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        return 1
        """;

    /// <summary>KEYS: entry. ARGV: fence. Returns 1 if there was content. The fence stays: no stopped owner brings it back.</summary>
    public const string Delete = Functions + """
        if is_damaged(KEYS[1], 'hash') then redis.call('DEL', KEYS[1]) end
        if number(KEYS[1], 'f') > tonumber(ARGV[1]) then return 0 end
        local had = redis.call('HDEL', KEYS[1], 'd')
        redis.call('HSET', KEYS[1], 'f', ARGV[1])
        redis.call('PEXPIRE', KEYS[1], 
        """ + EmptyLife + """
        )
        return had
        """;
}
