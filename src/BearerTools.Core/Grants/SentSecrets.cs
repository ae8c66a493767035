using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BearerTools.Security;

namespace BearerTools.Grants;

/// <summary>
/// Finds the secrets in a request to an authority or a login: those of its form, JSON or XML, of its query, and of its headers. A server
/// may repeat them in its response.
/// </summary>
internal static class SentSecrets
{
    /// <summary>Names of further fields whose values are secrets, for requests whose fields have names of the user's choice.</summary>
    public static readonly HttpRequestOptionsKey<IReadOnlyCollection<string>> FieldNames = new("BearerTools.SecretFields");

    /// <summary>Any value of a name that only long values make a secret.</summary>
    private static readonly string s_long = new('x', 32);

    /// <summary>Reads the request before it is sent. The secrets are searched for when a text is first masked.</summary>
    public static async Task<Lazy<SecretWords>> OfAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false) : [];
        var type = request.Content?.Headers.ContentType;
        var query = request.RequestUri!.Query.TrimStart('?');
        var names = request.Options.TryGetValue(FieldNames, out var known) ? known : [];
        (string Name, string Value)[] headers = [.. request.Headers.NonValidated.Select(header => (header.Key, header.Value.ToString()))];
        return new Lazy<SecretWords>(() =>
        {
            var found = new Found(names, CharsetName.Find(type?.CharSet) ?? Encoding.UTF8);
            found.AddForm(query);
            found.AddBody(body);
            foreach (var (name, value) in headers) found.AddHeader(name, value);
            return new SecretWords(found.Values, found.Forms);
        });
    }

    private sealed class Found(IReadOnlyCollection<string> names, Encoding charset)
    {
        public HashSet<string> Values { get; } = new(StringComparer.Ordinal);

        /// <summary>The values as they were sent: in the encoding of another charset, they are no known form.</summary>
        public HashSet<string> Forms { get; } = new(StringComparer.Ordinal);

        public void AddHeader(string name, string value)
        {
            if (!name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            {
                if (SecretNames.IncludeHeader(name, value)) Values.Add(value);
                return;
            }

            if (!AuthenticationHeaderValue.TryParse(value, out var header) || header.Parameter is not { } parameter) return;
            Values.Add(parameter);
            if (header.Scheme.Equals(AuthScheme.Basic, StringComparison.OrdinalIgnoreCase)
                && SecretWords.PasswordIn(parameter) is { } password)
                AddEscaped(password);
        }

        public void AddBody(byte[] body)
        {
            if (body.Length == 0) return;
            var text = charset.GetString(body).Trim();
            if ((ServerJson.TryParse(text) ?? LoginXml.TryParse(text)?.ToJson()) is { } json) Add(string.Empty, json);
            else if (!AddForm(text)) Values.Add(text);
        }

        /// <summary>Adds the fields of a form or a query; false if it is none.</summary>
        public bool AddForm(string text)
        {
            var pairs = text.Split('&').Select(pair => pair.Split('=', 2)).ToArray();
            foreach (var pair in pairs.Where(pair => pair.Length == 2 && IsSecret(Decoded(pair[0])))) AddEscaped(pair[1]);
            return pairs.Any(pair => pair.Length == 2);
        }

        private void AddEscaped(string text)
        {
            Forms.Add(text);
            Values.Add(Decoded(text));
        }

        private void Add(string name, JsonElement json)
        {
            if (json.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in json.EnumerateObject())
                    Add(IsSecret(name) && member.Value.ValueKind == JsonValueKind.String ? name : member.Name, member.Value);
            }
            else if (json.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in json.EnumerateArray()) Add(name, item);
            }
            else if (json.ValueKind is JsonValueKind.String or JsonValueKind.Number && IsSecret(name))
            {
                Values.Add(json.ToString());
            }
            else if (json.ValueKind == JsonValueKind.String && name.Length == 0)
            {
                Values.Add(json.GetString()!);
            }
        }

        private bool IsSecret(string name) => name.Length > 0
            && (names.Contains(name) || (SecretNames.Include(name) && !SecretNames.IsDescription(name))
                || SecretNames.IncludeParameter(name, s_long));

        private string Decoded(string text)
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            return charset.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length));
        }
    }
}
