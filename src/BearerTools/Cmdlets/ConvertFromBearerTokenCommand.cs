using System.Collections.Specialized;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Pipeline;
using BearerTools.Tokens;

namespace BearerTools.Cmdlets;

/// <summary>Decodes a JWT: its header and claims, with timestamps as dates. Nothing is verified.</summary>
[Cmdlet(VerbsData.ConvertFrom, "BearerToken")]
[OutputType(typeof(PSObject))]
public sealed class ConvertFromBearerTokenCommand : PSCmdlet
{
    /// <summary>The token: an AccessToken, a SecureString, or plain text.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AccessTokenTransformation(AllowText = true)]
    public AccessToken Token { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Jwt.TryRead(Token.Value.Reveal()) is not { } jwt)
        {
            WriteError(ErrorTable.Record(
                new BearerTokenException($"Token {Token.Fingerprint} cannot be decoded: it is not a JWT.")
                {
                    ErrorId = "NotAJwt",
                    Kind = BearerErrorKind.InvalidData,
                    NextStep = "It may be an opaque token, which only its authority can read.",
                },
                Token));
            return;
        }

        var decoded = new PSObject();
        decoded.TypeNames.Insert(0, "BearerTools.DecodedToken");
        decoded.Properties.Add(new PSNoteProperty("Header", Members(jwt.Header)));
        decoded.Properties.Add(new PSNoteProperty("Claims", Members(jwt.Claims)));
        decoded.Properties.Add(new PSNoteProperty("IssuedOn", Jwt.Time(jwt.Claims, "iat")));
        decoded.Properties.Add(new PSNoteProperty("NotBefore", Jwt.Time(jwt.Claims, "nbf")));
        decoded.Properties.Add(new PSNoteProperty("ExpiresOn", Jwt.Time(jwt.Claims, "exp")));
        decoded.Properties.Add(new PSNoteProperty("Fingerprint", Token.Fingerprint));
        WriteObject(decoded);
    }

    private static object? Convert(object? value) => value switch
    {
        IReadOnlyDictionary<string, object?> members => Members(members),
        object?[] items => items.Select(Convert).ToArray(),
        _ => value,
    };

    /// <summary>
    /// Converts to an object, or to an ordered dictionary if an object would lose a name (as ConvertFrom-Json -AsHashtable).
    /// </summary>
    private static object Members(IReadOnlyDictionary<string, object?> members)
    {
        if (members.Keys.Any(PSObjectBuilder.IsReserved) || members.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() < members.Count)
        {
            var all = new OrderedDictionary(members.Count);
            foreach (var (name, value) in members) all.Add(name, Convert(value));
            return all;
        }

        var result = new PSObject();
        foreach (var (name, value) in members)
        {
            // A property needs a name; a claim may have an empty one.
            if (name.Length > 0) result.Properties.Add(new PSNoteProperty(name, Convert(value)));
        }

        return result;
    }
}
