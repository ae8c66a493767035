using System.Collections;
using System.Globalization;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// The fields of a login, copied when they are set and restricted to what JSON can represent: strings, numbers, booleans,
/// null, secrets (values or references), and lists and dictionaries of these.
/// </summary>
internal sealed class LoginFields
{
    private const int DeepestValue = 16;

    private readonly Dictionary<string, object?> _fields = new(StringComparer.Ordinal);

    /// <exception cref="BearerTokenException">The value cannot be represented in JSON.</exception>
    public LoginFields Set(string name, object? value)
    {
        _fields[name] = Copy(name, value, 0);
        return this;
    }

    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer, _fields);
        return stream.ToArray();
    }

    /// <exception cref="BearerTokenException">A value is a dictionary, which a form cannot represent.</exception>
    public byte[] ToForm()
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in _fields)
        {
            foreach (var single in value as List<object?> ?? [value]) pairs.Add(new(name, FormText(name, single)));
        }

        using var content = new FormUrlEncodedContent(pairs);
        using var stream = new MemoryStream();
        content.CopyTo(stream, null, CancellationToken.None);
        return stream.ToArray();
    }

    private static object? Copy(string name, object? value, int depth)
    {
        if (depth == DeepestValue) throw Unwritable(name, "is nested too deeply");
        return value switch
        {
            null or bool or Secret or SecretReference => value,
            string text => SecretNames.Include(name) ? new Secret(text) : text,
            char or Guid or Uri => value.ToString(),
            DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
            byte or sbyte or short or ushort or int or uint or long or ulong or decimal => Convert.ToDecimal(value, CultureInfo.InvariantCulture),
            double or float => Finite(name, Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            IDictionary members => CopyMembers(members, depth),
            IEnumerable items => items.Cast<object?>().Select(item => Copy(name, item, depth + 1)).ToList(),
            _ => throw Unwritable(name, $"is a {value.GetType().Name}"),
        };
    }

    private static Dictionary<string, object?> CopyMembers(IDictionary members, int depth)
    {
        var copy = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (DictionaryEntry member in members)
        {
            var name = Convert.ToString(member.Key, CultureInfo.InvariantCulture)!;
            copy[name] = Copy(name, member.Value, depth + 1);
        }

        return copy;
    }

    private static double Finite(string name, double number) =>
        double.IsFinite(number) ? number : throw Unwritable(name, "is not a finite number");

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case double number: writer.WriteNumberValue(number); break;
            case string text: writer.WriteStringValue(text); break;
            case Secret secret: writer.WriteStringValue(secret.Reveal()); break;
            case SecretReference reference: writer.WriteStringValue(reference.Read().Reveal()); break;
            case Dictionary<string, object?> members:
                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            case List<object?> items:
                writer.WriteStartArray();
                foreach (var item in items) Write(writer, item);
                writer.WriteEndArray();
                break;
        }
    }

    private static string FormText(string name, object? value) => value switch
    {
        null => string.Empty,
        bool truth => truth ? "true" : "false",
        string text => text,
        Secret secret => secret.Reveal(),
        SecretReference reference => reference.Read().Reveal(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw Unwritable(name, "is a structured value, which a form cannot represent"),
    };

    private static BearerTokenException Unwritable(string name, string why) => new($"The login field '{ServerText.Clean(name, 60)}' cannot be sent: it {why}.")
    {
        ErrorId = "InvalidLoginBody",
        Kind = BearerErrorKind.InvalidArgument,
        NextStep = "Use strings, numbers, $true, $false or $null, and for JSON also lists and hashtables of these; or pass the whole body "
            + "as text.",
    };
}
