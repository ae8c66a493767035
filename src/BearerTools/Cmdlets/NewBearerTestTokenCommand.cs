using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using BearerTools.Binding;
using BearerTools.Mocking;
using BearerTools.Pipeline;
using BearerTools.Security;
using BearerTools.Session;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Creates a token for tests: a JWT with the given claims, whose signature nothing accepts.</summary>
[Cmdlet(VerbsCommon.New, "BearerTestToken")]
[OutputType(typeof(AccessToken))]
public sealed class NewBearerTestTokenCommand : PSCmdlet
{
    /// <summary>Claims of the token. iat and exp are added.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNull]
    public IDictionary Claims { get; set; } = new Hashtable();

    /// <summary>Time until it expires, as a TimeSpan or in seconds (default 1 hour).</summary>
    [Parameter]
    [LifetimeTransformation]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Creates a token that expired a minute ago.</summary>
    [Parameter]
    public SwitchParameter Expired { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Claims have whole seconds.
        var now = DateTimeOffset.FromUnixTimeSeconds(BearerSession.Services.Time.GetUtcNow().ToUnixTimeSeconds());
        var (issued, lifetime) = Expired ? (now - Lifetime - TimeSpan.FromMinutes(1), Lifetime) : (now, Lifetime);
        try
        {
            var json = MockRule.ToElement(MockBody.ToJson(Claims).Span);
            var claims = json.EnumerateObject().ToDictionary(claim => claim.Name, claim => (object?)claim.Value, StringComparer.Ordinal);
            var scopes = json.TryGetProperty("scope", out var scope) && scope.ValueKind == JsonValueKind.String
                ? scope.GetString()!.Split(' ') : [];
            WriteObject(new AccessToken(
                new Secret(TestToken.Create(claims, issued, lifetime)),
                    new TokenMetadata { IssuedOn = issued, Scopes = scopes, Flow = "Test" }));
        }
        catch (Exception e) when (e is IBearerError)
        {
            ThrowTerminatingError(ErrorTable.Record(e, null));
        }
    }
}
