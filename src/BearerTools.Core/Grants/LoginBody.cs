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
    private const string Form = "application/x-www-form-urlencoded";

    private readonly Func<LoginBody, byte[]> _read;
    private readonly Func<byte[]> _forKey;

    private LoginBody(Func<LoginBody, byte[]> read, Func<byte[]> forKey, string contentType)
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

    public static LoginBody Of(LoginFields fields, bool asForm = false) =>
        asForm
            ? new(_ => fields.ToForm(), () => fields.ToForm(static reference => reference.KeyText), Form)
            : new(_ => fields.ToJson(), () => fields.ToJson(static reference => reference.KeyText), Json);

    /// <summary>Creates a body from complete text or bytes.</summary>
    public static LoginBody Whole(SecretReference text, string contentType = Json) =>
        new(body => body.Remember(text.Read().Reveal()), () => Encoding.UTF8.GetBytes(text.KeyText), contentType);

    /// <inheritdoc cref="Whole(SecretReference, string)"/>
    public static LoginBody Whole(byte[] bytes, string contentType)
    {
        var copy = (byte[])bytes.Clone();
        var body = new LoginBody(_ => copy, () => copy, contentType);
        body.Remember(Encoding.UTF8.GetString(copy));
        return body;
    }

    public byte[] Read() => _read(this);

    /// <summary>The body that identifies a token: references that may take long to read stand for their values.</summary>
    public byte[] ForKey() => _forKey();

    private byte[] Remember(string text)
    {
        Secrets = [new Secret(text), .. InJson(text) ?? InForm(text)];
        return Encoding.UTF8.GetBytes(text);
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
