using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Security;

namespace BearerTools.Tests.Security;

public sealed class SecretIndexTests
{
    private const string Mark = "***";

    /// <summary>Few characters, so that secrets overlap, and those that encodings change.</summary>
    private const string Alphabet = "aAbB+/é%";

    private readonly SecretIndex _index = new();
    private readonly List<KnownSecret> _secrets = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_occurrence_of_every_spelling_is_found(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var (index, values) = (new SecretIndex(), new List<KnownSecret>());
            for (var n = 0; n < 4; n++) values.Add(new KnownSecret(RandomText(random, random.Next(8, 14))));
            foreach (var value in values) index.Add(new WeakReference<KnownSecret>(value));
            string[] spellings = [.. values.SelectMany(value => SecretSpelling.All(value.Value, SecretIndex.MinimumLength))];
            var text = new StringBuilder();
            for (var n = 0; n < 40; n++)
            {
                var piece = random.Next(3) == 0 ? RandomText(random, random.Next(1, 20)) : spellings[random.Next(spellings.Length)];
                text.Append(random.Next(4) == 0 ? piece.ToUpperInvariant() : piece);
            }

            Assert.Equal(BySearching(text.ToString(), spellings), index.Replace(text.ToString(), Mark));
            GC.KeepAlive(values);
        }
    }

    [Fact]
    public void Secrets_that_do_not_overlap_are_replaced_as_one_after_the_other_would_be()
    {
        for (var round = 0; round < 20; round++) Add(Convert.ToHexString(RandomNumberGenerator.GetBytes(8)) + "&+é");
        string[] spellings = [.. _secrets.SelectMany(secret => SecretSpelling.All(secret.Value, SecretIndex.MinimumLength))];
        var text = string.Join('\n', spellings) + "\nharmless";

        var expected = text;
        foreach (var spelling in spellings) expected = expected.Replace(spelling, Mark, StringComparison.OrdinalIgnoreCase);

        Assert.Equal(expected, _index.Replace(text, Mark));
    }

    [Fact]
    public void A_secret_of_characters_that_need_no_encoding_is_spelled_as_the_encoders_would()
    {
        const string Value = "Az09-._~tail";
        foreach (var encoded in (string[])[Uri.EscapeDataString(Value), System.Net.WebUtility.HtmlEncode(Value), System.Text.Json.JsonSerializer.Serialize(Value)[1..^1]])
            Assert.Equal(Value, encoded);

        Assert.Equal([Value], SecretSpelling.All(Value, 8).Where(spelling => spelling.StartsWith("Az", StringComparison.Ordinal)));
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(Value)), SecretSpelling.All(Value, 8));
    }

    [Fact]
    public void Overlapping_secrets_leave_no_piece()
    {
        Add("first-second");
        Add("second-third");

        Assert.Equal($"<{Mark}>", _index.Replace("<first-second-third>", Mark));
    }

    [Fact]
    public void Secrets_that_touch_are_two() => Assert.Equal(Mark + Mark, WithSecret("one-secret").Replace("one-secretone-secret", Mark));

    [Fact]
    public void The_same_value_in_several_secrets_is_known_until_the_last_one_is_collected()
    {
        var kept = AddTwice("twice-used-value");

        Collect();

        Assert.Equal(1, _index.Count);
        Assert.Equal(Mark, _index.Replace("twice-used-value", Mark));
        GC.KeepAlive(kept);
    }

    [Fact]
    public void A_collected_secret_is_dropped_and_no_longer_replaced()
    {
        AddAndDrop("dropped-value");
        Add("kept-in-use");
        GC.Collect();

        Assert.Equal("dropped-value", _index.Replace("dropped-value", Mark));

        Collect();
        Assert.Equal(1, _index.Count);
        Assert.Equal($"dropped-value {Mark}", _index.Replace("dropped-value kept-in-use", Mark));
    }

    [Fact]
    public void The_time_for_a_text_does_not_grow_with_the_number_of_secrets()
    {
        var header = Convert.ToBase64String("""{"alg":"RS256","typ":"at+jwt","kid":"one-key-for-all"}"""u8).TrimEnd('=');
        for (var n = 0; n < 5000; n++) Add($"{header}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(300))}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(128))}");
        var text = string.Concat(Enumerable.Range(0, 200).Select(n => $"{n} a harmless line of a server, which says {header}.no-token-of-ours\n")) + _secrets[2500].Value;
        var best = TimeSpan.MaxValue;
        for (var n = 0; n < 10; n++)
        {
            var started = Stopwatch.GetTimestamp();
            Assert.EndsWith($"\n{Mark}", _index.Replace(text, Mark), StringComparison.Ordinal);
            best = Stopwatch.GetElapsedTime(started) is var took && took < best ? took : best;
        }

        Assert.True(text.Length > 20_000);
        Assert.True(best < TimeSpan.FromMilliseconds(30), $"{best.TotalMilliseconds} ms");
    }

    private static string RandomText(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

    private static string BySearching(string text, string[] spellings)
    {
        var found = new List<(int Start, int End)>();
        foreach (var spelling in spellings)
        {
            for (var at = 0; (at = text.IndexOf(spelling, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++) found.Add((at, at + spelling.Length));
        }

        // Pieces that overlap are one, also by a third that overlaps both.
        found.Sort();
        var result = new StringBuilder();
        var position = 0;
        for (var n = 0; n < found.Count;)
        {
            var (start, end) = found[n];
            for (n++; n < found.Count && found[n].Start < end; n++) end = Math.Max(end, found[n].End);
            result.Append(text, position, start - position).Append(Mark);
            position = end;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    private void Add(string value)
    {
        _secrets.Add(new KnownSecret(value));
        _index.Add(new WeakReference<KnownSecret>(_secrets[^1]));
    }

    private SecretIndex WithSecret(string value)
    {
        Add(value);
        return _index;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddAndDrop(string value) => _index.Add(new WeakReference<KnownSecret>(new KnownSecret(value)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private KnownSecret AddTwice(string value)
    {
        AddAndDrop(value);
        var kept = new KnownSecret(value);
        _index.Add(new WeakReference<KnownSecret>(kept));
        return kept;
    }

    private void Collect()
    {
        GC.Collect();
        _index.Purge();
    }
}
