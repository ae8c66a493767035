namespace BearerTools.Redis;

/// <summary>
/// The scripts of a shared rate limit. A slot is one message. It counts against the limit from its time until one period after the message
/// has certainly arrived: after its response, as the worker reports, or <c>lateness</c> after its time. So however late single messages
/// arrive, no period has more of them than the limit. The slots are counted in slices of the time at which they end. All times are those of
/// the server, in microseconds.
/// </summary>
/// <remarks>
/// Times that no worker can have written, such as a pause longer than a day, are those of another client, and do not count.
/// </remarks>
internal static class PaceScripts
{
    /// <summary>
    /// KEYS: slots, pause, workers. ARGV: limit, period, slice, lateness, spacing, ahead, number of slots, worker, life of a worker; then
    /// for each report: slice, number, age of the response in microseconds or -1 if nothing was sent. Returns the remaining pause, the
    /// number of workers, the time to wait before asking again or 0, and for each slot the time until it and its slice.
    /// </summary>
    public const string Take = """
        local longest = 86400000000
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
        local limit, period, slice = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local lateness, spacing, ahead = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
        local most = tonumber(ARGV[7])
        local past = math.floor(now / slice)
        -- What lies beyond is not from a worker, but from another client of the server, and must not stop the workers.
        local horizon = now + 2 * (period + lateness + ahead)

        redis.call('ZREMRANGEBYSCORE', KEYS[3], string.format('(%.0f', now), '+inf')
        redis.call('ZADD', KEYS[3], now, ARGV[8])
        redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - tonumber(ARGV[9]))
        redis.call('PEXPIRE', KEYS[3], math.ceil(tonumber(ARGV[9]) / 1000))
        local workers = redis.call('ZCARD', KEYS[3])
        local pause = (tonumber(redis.call('GET', KEYS[2]) or '0') or 0) - now
        if not (pause > 0 and pause <= longest) then pause = 0 end

        local all = redis.call('HGETALL', KEYS[1])
        local counts, gone, changed = {}, {}, {}
        local next, even = 0, 0
        for i = 1, #all, 2 do
          local value = tonumber(all[i + 1]) or 0
          if all[i] == 'next' then if value <= horizon then next = value end
          elseif all[i] == 'even' then if value <= horizon then even = value end
          else
            local s = tonumber(all[i])
            if s and s > past and s * slice <= horizon then counts[s] = value else gone[#gone + 1] = all[i] end
          end
        end
        -- Nothing is known of the last period: a server that has just started, or lost its data.
        if #all == 0 then even = now + period + lateness end

        for i = 10, #ARGV, 3 do
          local from, number, age = tonumber(ARGV[i]), tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
          local moved = math.min(number, counts[from] or 0)
          if moved > 0 then
            local to = past
            if age >= 0 then to = math.min(from, math.ceil((now - age + period) / slice)) end
            counts[from] = counts[from] - moved
            changed[from] = true
            if to > past then
              counts[to] = (counts[to] or 0) + moved
              changed[to] = true
            end
          end
        end

        local held, ends = 0, {}
        for s, number in pairs(counts) do
          if number > 0 then
            held = held + number
            ends[#ends + 1] = s
          end
        end
        table.sort(ends)
        local slots, first, wait = {}, 1, 0
        local at = math.max(now, next)
        for k = 1, most do
          while first <= #ends and ends[first] * slice <= at do
            held = held - counts[ends[first]]
            first = first + 1
          end
          while held >= limit and first <= #ends do
            at = math.max(at, ends[first] * slice)
            held = held - counts[ends[first]]
            first = first + 1
          end
          -- The limit is used up by slots that were taken just now.
          if held >= limit then
            if k == 1 then wait = period end
            break
          end
          if at > now + ahead then
            if k == 1 then wait = at - now end
            break
          end
          local s = math.ceil((at + lateness + period) / slice)
          slots[#slots + 1] = math.floor(at - now)
          slots[#slots + 1] = s
          held = held + 1
          changed[s] = true
          counts[s] = (counts[s] or 0) + 1
          at = at + (at < even and spacing * 2 or spacing)
        end

        if #slots > 0 then redis.call('HSET', KEYS[1], 'next', string.format('%.0f', at), 'even', string.format('%.0f', even)) end
        for s, _ in pairs(changed) do
          local name = string.format('%.0f', s)
          if counts[s] > 0 then redis.call('HSET', KEYS[1], name, counts[s]) else redis.call('HDEL', KEYS[1], name) end
        end
        if #gone > 0 then redis.call('HDEL', KEYS[1], unpack(gone)) end
        if #slots > 0 then redis.call('PEXPIRE', KEYS[1], math.ceil((2 * period + lateness + ahead) / 1000) + 1000) end
        return {pause, workers, math.ceil(wait), unpack(slots)}
        """;

    /// <summary>KEYS: pause. ARGV: pause in microseconds. A longer one stays.</summary>
    public const string Pause = """
        local longest = 86400000000
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
        local ends = now + tonumber(ARGV[1])
        local known = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
        if known >= ends and known <= now + longest then return 0 end
        redis.call('SET', KEYS[1], string.format('%.0f', ends), 'PX', math.ceil(tonumber(ARGV[1]) / 1000))
        return 1
        """;

    /// <summary>KEYS: pause. Returns the remaining pause in microseconds.</summary>
    public const string ReadPause = """
        local longest = 86400000000
        local ends = redis.call('GET', KEYS[1])
        if not ends then return 0 end
        local t = redis.call('TIME')
        local left = (tonumber(ends) or 0) - (tonumber(t[1]) * 1000000 + tonumber(t[2]))
        if left > 0 and left <= longest then return left end
        return 0
        """;

    /// <summary>
    /// Deletes keys that are damaged: of another type, or with content that no script has written. The workers begin anew.
    /// </summary>
    public const string Reset = """
        for i = 1, #KEYS do redis.call('DEL', KEYS[i]) end
        return 0
        """;
}
