using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// The fields of a login, copied when they are set and restricted to what JSON can represent: strings, numbers, booleans,
/// null, secrets (values or references), and lists and dictionaries of these.
/// </summary>
/// <param name="unwrap">Removes a caller's wrapper from one value, without descending into it; <see langword="null"/> if there are
/// none.</param>
internal sealed class LoginFields(Func<object?, object?>? unwrap = null)
{
    private const int DeepestValue = 16;

    private static readonly Func<SecretReference, string> s_read = static reference => reference.Read().Reveal();

    private readonly Dictionary<string, object?> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);

    /// <summary>Names of fields, also of inner ones, whose values were passed as secrets.</summary>
    public IReadOnlyCollection<string> SecretFields => _secrets;

    /// <exception cref="BearerTokenException">The value cannot be represented in JSON.</exception>
    public LoginFields Set(string name, object? value)
    {
        _fields[name] = Copy(name, value, []);
        return this;
    }

    /// <summary>Adds the members of a dictionary.</summary>
    /// <exception cref="BearerTokenException">A value cannot be represented in JSON, or two keys have the same text.</exception>
    public void SetAll(IDictionary members)
    {
        foreach (var (name, value) in CopyMembers(string.Empty, members, [members])) _fields[name] = value;
    }

    /// <param name="read">Returns the value of a reference (default: reads it).</param>
    public byte[] ToJson(Func<SecretReference, string>? read = null)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer, _fields, read ?? s_read);
        return stream.ToArray();
    }

    /// <param name="encoding">The encoding of the characters that are escaped.</param>
    /// <param name="read">Returns the value of a reference (default: reads it).</param>
    /// <exception cref="BearerTokenException">A value is a dictionary, which a form cannot represent.</exception>
    public byte[] ToForm(Encoding encoding, Func<SecretReference, string>? read = null)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in _fields)
        {
            foreach (var single in value as List<object?> ?? [value]) pairs.Add(new(name, FormText(name, single, read ?? s_read)));
        }

        if (encoding is not UTF8Encoding)
            return Encoding.ASCII.GetBytes(string.Join('&', pairs.Select(pair => $"{Escape(pair.Key)}={Escape(pair.Value)}")));
        using var content = new FormUrlEncodedContent(pairs);
        using var stream = new MemoryStream();
        content.CopyTo(stream, null, CancellationToken.None);
        return stream.ToArray();

        string Escape(string text)
        {
            var bytes = LoginBody.Encode(encoding, text);
            return Encoding.ASCII.GetString(WebUtility.UrlEncodeToBytes(bytes, 0, bytes.Length));
        }
    }

    /// <param name="name">Name of the closest member.</param>
    /// <param name="wrapped">Its value.</param>
    /// <param name="within">The containers around it.</param>
    private object? Copy(string name, object? wrapped, List<object> within)
    {
        var value = unwrap is null ? wrapped : unwrap(wrapped);
        switch (value)
        {
            case Secret or SecretReference:
                _secrets.Add(name);
                return value;
            case null or bool:
                return value;
            case string text:
                return SecretNames.Include(name) ? new Secret(text) : text;
            case char or Guid or Uri:
                return value.ToString();
            case DateTime or DateTimeOffset:
                return ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture);
            case byte or sbyte or short or ushort or int or uint or long or ulong or decimal:
                return Convert.ToDecimal(value, CultureInfo.InvariantCulture);
            case double or float:
                return Finite(name, Convert.ToDouble(value, CultureInfo.InvariantCulture));
            case not IEnumerable:
                throw Unwritable(name, $"is a {value.GetType().Name}");
        }

        // If each access creates a new wrapper, a cycle is only found by its depth.
        if (within.Any(container => ReferenceEquals(container, value))) throw Unwritable(name, "contains itself");
        if (within.Count >= DeepestValue) throw Unwritable(name, $"is nested deeper than {DeepestValue} levels");
        within.Add(value);
        object copy = value is IDictionary members
            ? CopyMembers(name, members, within)
            : ((IEnumerable)value).Cast<object?>().Select(item => Copy(name, item, within)).ToList();
        within.RemoveAt(within.Count - 1);
        return copy;
    }

    private Dictionary<string, object?> CopyMembers(string owner, IDictionary members, List<object> within)
    {
        var copy = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (DictionaryEntry member in members)
        {
            var name = Convert.ToString(member.Key, CultureInfo.InvariantCulture)!;
            if (!copy.TryAdd(name, Copy(name, member.Value, within)))
                throw Unwritable(
                    owner.Length == 0 ? name : owner,
                    owner.Length == 0 ? "is given twice" : $"has two keys '{ServerText.Clean(name, 60)}'");
        }

        return copy;
    }

    private static double Finite(string name, double number) =>
        double.IsFinite(number) ? number : throw Unwritable(name, "is not a finite number");

    private static void Write(Utf8JsonWriter writer, object? value, Func<SecretReference, string> read)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case string text: writer.WriteStringValue(text); break;
            case Secret secret: writer.WriteStringValue(secret.Reveal()); break;
            case SecretReference reference: writer.WriteStringValue(read(reference)); break;
            case Dictionary<string, object?> members:
                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member, read);
                }

                writer.WriteEndObject();
                break;
            case List<object?> items:
                writer.WriteStartArray();
                foreach (var item in items) Write(writer, item, read);
                writer.WriteEndArray();
                break;
        }
    }

    private static string FormText(string name, object? value, Func<SecretReference, string> read) => value switch
    {
        null => string.Empty,
        bool truth => truth ? "true" : "false",
        string text => text,
        Secret secret => secret.Reveal(),
        SecretReference reference => read(reference),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw Unwritable(name, "is a structured value, which a form cannot represent"),
    };

    private static BearerTokenException Unwritable(string name, string why) => new(
        $"The login field '{ServerText.Clean(name, 60)}' cannot be sent: it {why}.")
    {
        ErrorId = "InvalidLoginBody",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Use strings, numbers, $true, $false or $null, and for JSON also lists and hashtables of these; or pass the whole body "
            + "as text.",
    };
}
