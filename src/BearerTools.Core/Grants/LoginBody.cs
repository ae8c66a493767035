using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// The body of a login request. References are read again for each request, because their values may change.
/// </summary>
internal sealed class LoginBody
{
    private const string Json = "application/json";
    public const string Form = "application/x-www-form-urlencoded";

    private static readonly Func<SecretReference, string> s_keyText = static reference => reference.KeyText;

    private readonly Func<LoginBody, byte[]> _read;
    private readonly Func<LoginBody, byte[]> _forKey;

    private LoginBody(Func<LoginBody, byte[]> read, Func<LoginBody, byte[]> forKey, string contentType)
    {
        _read = read;
        _forKey = forKey;
        ContentType = MediaTypeHeaderValue.TryParse(contentType, out var type)
            ? type
            : throw new BearerTokenException($"'{ServerText.Clean(contentType, 100)}' is not a valid content type.")
        {
            ErrorId = "InvalidContentType",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = $"Use a content type such as {Json}.",
        };
    }

    public MediaTypeHeaderValue ContentType { get; }

    /// <summary>
    /// The secrets found in a body that was supplied as a whole. Held here so that redaction recognises them.
    /// </summary>
    public IReadOnlyList<Secret> Secrets { get; private set; } = [];

    /// <summary>Names of fields whose values are secrets, whatever their names say.</summary>
    public IReadOnlyCollection<string> SecretFields { get; private init; } = [];

    /// <summary>Creates a body from fields: a form, or JSON.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="contentType">The media type. The name of a form gives a form, every other name JSON.</param>
    /// <param name="encoding">The encoding of JSON (default UTF-8), and of the characters that a form escapes.</param>
    public static LoginBody Of(LoginFields fields, string contentType = Json, Encoding? encoding = null)
    {
        var charset = encoding ?? Encoding.UTF8;
        var body = new LoginBody(
            body => body.IsForm ? fields.ToForm(charset) : Encoding.Convert(Encoding.UTF8, charset, fields.ToJson()),
            body => body.IsForm ? fields.ToForm(charset, s_keyText) : fields.ToJson(s_keyText),
            contentType)
        {
            SecretFields = fields.SecretFields,
        };
        return body.ContentType.MediaType is not { } type || !type.EndsWith("xml", StringComparison.OrdinalIgnoreCase)
            ? body
            : throw new BearerTokenException($"Fields cannot be sent as {type}.")
            {
                ErrorId = "InvalidLoginBody",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Pass the complete body as text, or use application/json.",
            };
    }

    /// <summary>Creates a body from complete text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="encoding">The encoding (default UTF-8).</param>
    public static LoginBody Whole(SecretReference text, string contentType = Json, Encoding? encoding = null) =>
        new(
            body => body.Remember(text.Read().Reveal(), encoding),
            _ => Encoding.UTF8.GetBytes(text.Immediate?.Reveal() ?? text.Place!),
            contentType);

    /// <summary>Creates a body from complete bytes.</summary>
    public static LoginBody Whole(byte[] bytes, string contentType)
    {
        var copy = (byte[])bytes.Clone();
        var body = new LoginBody(_ => copy, _ => copy, contentType);
        body.Remember(Encoding.UTF8.GetString(copy));
        return body;
    }

    public byte[] Read() => _read(this);

    /// <summary>The body that identifies a token: references that may take long to read stand for their values.</summary>
    public byte[] ForKey() => _forKey(this);

    private bool IsForm => Form.Equals(ContentType.MediaType, StringComparison.OrdinalIgnoreCase);

    private byte[] Remember(string text, Encoding? encoding = null)
    {
        Secrets = [new Secret(text), .. InJson(text) ?? InForm(text)];
        return Encode(encoding ?? Encoding.UTF8, text);
    }

    /// <summary>Encodes text without losing a character: a password with a replacement character in it is another password.</summary>
    /// <exception cref="BearerTokenException">The encoding lacks a character of the text.</exception>
    public static byte[] Encode(Encoding encoding, string text)
    {
        var bytes = encoding.GetBytes(text);
        return encoding.GetString(bytes) == text
            ? bytes
            : throw new BearerTokenException($"The login has a character that its charset {encoding.WebName} lacks.")
        {
            ErrorId = "LoginNotEncodable",
            Kind = BearerErrorKind.InvalidArgument,
            NextStep = "Use charset=utf-8 in -ContentType, or pass the body as bytes.",
        };
    }

    private static List<Secret>? InJson(string text)
    {
        if (ServerJson.TryParse(text) is not { } json) return null;
        var found = new List<Secret>();
        Collect(string.Empty, json, found);
        return found;
    }

    private static void Collect(string name, JsonElement json, List<Secret> found)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject()) Collect(member.Name, member.Value, found);
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray()) Collect(name, item, found);
        }
        else if (json.ValueKind == JsonValueKind.String && SecretNames.Include(name))
        {
            found.Add(new Secret(json.GetString()!));
        }
    }

    private static IEnumerable<Secret> InForm(string text) => text.Split('&').Select(pair => pair.Split('=', 2))
        .Where(pair => pair.Length == 2 && SecretNames.Include(WebUtility.UrlDecode(pair[0])))
        .Select(pair => new Secret(WebUtility.UrlDecode(pair[1])));
}
