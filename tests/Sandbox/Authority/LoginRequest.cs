using System.Text.Json;

namespace BearerTools.Sandbox.Authority;

/// <summary>What a login says: a JSON object or a form with username, password and, if it likes, lifetime in seconds.</summary>
internal sealed record LoginRequest(string UserName, string Password, string? Lifetime)
{
    /// <summary>The login, or nothing when the body is neither.</summary>
    public static async Task<LoginRequest?> TryRead(HttpRequest request, CancellationToken cancellation)
    {
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(cancellation);
            return From(name => form.TryGetValue(name, out var value) ? value.ToString() : null);
        }
        if (!request.HasJsonContentType()) return null;
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellation);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? From(name => root.TryGetProperty(name, out var value) ? value.ToString() : null)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static LoginRequest From(Func<string, string?> member) =>
        new(member("username") ?? "", member("password") ?? "", member("lifetime"));
}
