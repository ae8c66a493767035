using System.Collections;
using System.Collections.Specialized;
using System.Numerics;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using BearerTools.Json;

namespace BearerTools.Tests.Json;

public sealed class JsonBodyTests
{
    private enum Small
    {
        Zero,
        One,
    }

    private enum Large : long
    {
        Big = long.MaxValue,
    }

    public static TheoryData<object?, string> Scalars => new()
    {
        { null, "null" },
        { DBNull.Value, "null" },
        { true, "true" },
        { 'x', "\"x\"" },
        { (byte)255, "255" },
        { long.MinValue, "-9223372036854775808" },
        { ulong.MaxValue, "18446744073709551615" },
        { BigInteger.Pow(10, 30), "1000000000000000000000000000000" },
        { 1.0, "1.0" },
        { 1e20, "1E+20" },
        { 0.1f, "0.1" },
        { double.NaN, "\"NaN\"" },
        { 1.10m, "1.10" },
        { 5m, "5.0" },
        { Small.One, "1" },
        { Large.Big, "\"Big\"" },
        { new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc), "\"2020-01-02T03:04:05Z\"" },
        { new DateTime(2020, 1, 2, 3, 4, 5).AddTicks(1), "\"2020-01-02T03:04:05.0000001\"" },
        { new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.FromHours(-5.5)), "\"2020-01-02T03:04:05-05:30\"" },
        { Guid.Empty, "\"00000000-0000-0000-0000-000000000000\"" },
        { new Uri("http://x/é y?q=1"), "\"http://x/é y?q=1\"" },
        { new byte[] { 1, 255 }, "[1,255]" },
    };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void A_scalar_has_the_form_that_ConvertTo_Json_gives_it(object? value, string json) => Assert.Equal(json, Write(value));

    [Theory]
    [InlineData("a\"\\/b", "a\\\"\\\\/b")]
    [InlineData("\b\f\n\r\t\0\u001f\u007f", "\\b\\f\\n\\r\\t\\u0000\\u001f\u007f")]
    [InlineData("<é&'+>😀", "<é&'+>😀")]
    [InlineData("\u0085\u2028\u2029", "\\u0085\\u2028\\u2029")]
    [InlineData("", "")]
    public void Text_is_escaped_no_more_than_ConvertTo_Json_does(string text, string json) => Assert.Equal($"\"{json}\"", Write(text));

    [Fact]
    public void Lone_surrogates_survive() => Assert.Equal("\"\\udc00a\\ud800b\\udfff😀\\ud83d\"", Write("\udc00a\ud800b\udfff😀\ud83d"));

    [Fact]
    public void Lists_and_dictionaries_are_written_as_they_are()
    {
        var body = new OrderedDictionary
        {
            ["none"] = Array.Empty<int>(),
            ["one"] = new[] { "x" },
            ["nested"] = new object?[] { new object[] { 1 }, new Hashtable { ["A b"] = null } },
            ["empty"] = new Hashtable(),
            ["typed"] = new Dictionary<string, int> { ["a"] = 1, ["A"] = 2 },
            ["lazy"] = Enumerable.Range(1, 3).Where(i => i != 2),
        };
        Assert.Equal("""{"none":[],"one":["x"],"nested":[[1],{"A b":null}],"empty":{},"typed":{"a":1,"A":2},"lazy":[1,3]}""", Write(body));
    }

    [Fact]
    public void An_object_is_its_public_fields_and_properties() =>
        Assert.Equal("""{"Field":1,"Name":"x","Inner":{"Field":2,"Name":null,"Inner":null}}""",
            Write(new Sample { Field = 1, Name = "x", Inner = new Sample { Field = 2 } }));

    [Fact]
    public void A_property_that_throws_is_an_error_with_its_path()
    {
        var error = Assert.Throws<JsonBodyException>(() => Write(new Hashtable { ["a"] = new object[] { 1, new Failing() } }));
        Assert.Equal("InputUnreadable", error.ErrorId);
        Assert.Equal("$.a[1].Fails", error.Path);
        Assert.Contains("mine", error.Message, StringComparison.Ordinal);
        Assert.Contains("Select-Object", error.NextStep, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public void A_list_that_throws_is_an_error_with_its_path()
    {
        var error = Assert.Throws<JsonBodyException>(() => Write(new Hashtable { ["a"] = Broken() }));
        Assert.Equal("InputUnreadable", error.ErrorId);
        Assert.Equal("$.a", error.Path);

        static IEnumerable<int> Broken()
        {
            yield return 1;
            throw new InvalidOperationException("mine");
        }
    }

    [Fact]
    public void Depth_is_never_cut_but_refused_with_the_path()
    {
        Assert.Equal(new string('[', 101) + new string(']', 101), Write(Nested(101)));
        var error = Assert.Throws<JsonBodyException>(() => Write(new Hashtable { ["a"] = Nested(101) }));
        Assert.Equal("BodyNotJson", error.ErrorId);
        Assert.StartsWith("$.a[0][0]", error.Path, StringComparison.Ordinal);
        Assert.NotNull(error.NextStep);

        static object Nested(int depth) => depth == 1 ? Array.Empty<object>() : new[] { Nested(depth - 1) };
    }

    [Fact]
    public void A_cycle_is_refused_with_the_path()
    {
        var sample = new Sample();
        sample.Inner = new Sample { Inner = sample };
        var error = Assert.Throws<JsonBodyException>(() => Write(new object[] { 1, sample }));
        Assert.Equal("$[1].Inner.Inner", error.Path);
        Assert.Contains("contains itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_object_twice_is_no_cycle()
    {
        var shared = new[] { 1 };
        Assert.Equal("[[1],[1]]", Write(new[] { shared, shared }));
    }

    [Fact]
    public void A_SecureString_is_refused_and_not_shown()
    {
        var value = "\"é" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        using var secret = new SecureString();
        foreach (var character in value) secret.AppendChar(character);
        var body = new Hashtable { ["password"] = secret };

        var error = Assert.Throws<JsonBodyException>(() => Write(body));
        Assert.Equal("$.password", error.Path);
        Assert.Contains("SecureString", error.Message, StringComparison.Ordinal);
        Assert.False(error.ToString().Contains(value[2..], StringComparison.Ordinal), "The secret is in the error.");
    }

    [Fact]
    public void What_is_no_data_is_refused()
    {
        Assert.Equal("$.key", Assert.Throws<JsonBodyException>(() => Write(new Hashtable { ["key"] = typeof(string) })).Path);
        Assert.Equal("$[0]", Assert.Throws<JsonBodyException>(() => Write(new object[] { (Action)(() => { }) })).Path);
        Assert.Contains("Int32", Assert.Throws<JsonBodyException>(() => Write(new Hashtable { [1] = 2 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrappers_are_opened_and_what_was_added_to_a_dictionary_is_written_too()
    {
        var options = new JsonBodyOptions { Source = new Wrappers() };
        Assert.Equal("""[1,"x",{"a":1,"b":2},{"Inside":"text"}]""",
            Write(new object[] { new Wrapper(1), new Wrapper("x"), new Wrapper(new Hashtable { ["a"] = 1 }), new Wrapper(new Version(1, 2)) }, options));
    }

    [Fact]
    public void What_is_written_is_read_back_the_same()
    {
        const string Json = """{"a":[1,-2.5,"é\u0000\ud800",null,{"":{}}],"b":12345678901234567890}""";
        var rows = new List<object?>();
        Reading.Read(new JsonRowReader<object?>(JsonReadOptions.Default, new ValueBuilder()), Encoding.UTF8.GetBytes(Json), 100, rows);
        Assert.Equal(Json, Write(rows[0]));
    }

    private static string Write(object? value, JsonBodyOptions? options = null) =>
        Encoding.UTF8.GetString(JsonBody.ToUtf8(value, options).Span);

    private sealed class Sample
    {
#pragma warning disable CA1051 // Fields are written too.
        public int Field;
#pragma warning restore CA1051

        public string? Name { get; set; }

        public Sample? Inner { get; set; }

        internal string Hidden { get; set; } = "";

        public string this[int index] => $"{index}";
    }

    private sealed class Failing
    {
        private readonly string _words = "mine";

        public string Fails => throw new InvalidOperationException(_words);
    }

    private sealed record Wrapper(object Value);

    private sealed class Wrappers : IJsonSource
    {
        public object? Unwrap(object value) => value is Wrapper wrapper ? wrapper.Value : value;

        public bool IsData(object value) => true;

        public IEnumerable<KeyValuePair<string, object?>> Members(object value) => [new("Inside", value is Wrapper ? "text" : null)];

        public IEnumerable<KeyValuePair<string, object?>> Added(object value) => [new("a", 9), new("b", 2)];

        public bool IsFault(Exception error) => true;
    }
}
