using System.Collections;
using System.Management.Automation;
using System.Security;
using BearerTools.Grants;
using BearerTools.Security;

namespace BearerTools.Binding;

/// <summary>Accepts an <see cref="AccessToken"/>, a cache entry, or a SecureString, but not plain text.</summary>
internal sealed class AccessTokenTransformationAttribute : ArgumentTransformationAttribute
{
    private const string IsNull = "The token is $null: the variable was not set, or Get-BearerToken failed. "
        + "To use the current connection, omit -Token.";

    private const string FromOtherProcess =
        "This object comes from another process (a job, a remote session or a file), and contains facts about a token but not the token. "
        + "Get a token in this process, use -Profile, or pass the SecureString of its Token property to the job: "
        + "Get-BearerToken -Token $secureString.";

    /// <summary>True to accept plain text too, for cmdlets that only inspect a token.</summary>
    public bool AllowText { get; set; }

    /// <summary>True if the command itself refuses anything else, after it has begun (<see cref="RefusedValue"/>).</summary>
    public bool IsCheckedWhenRun { get; set; }

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return TokenOf(inputData)!;
        }
        catch (ArgumentTransformationMetadataException e) when (IsCheckedWhenRun)
        {
            return RefusedValue.Of(new AccessToken(new Secret($"{Guid.NewGuid()}"), new Tokens.TokenMetadata()), e.Message);
        }
    }

    private AccessToken? TokenOf(object inputData) =>
        IsDeserialized(inputData) ? throw new ArgumentTransformationMetadataException(FromOtherProcess) : PSValue.Unwrap(inputData) switch
        {
            // A variable that was never set must not select the current connection.
            null => IsCheckedWhenRun ? null : throw new ArgumentTransformationMetadataException(IsNull),
            AccessToken token => token,
            BearerConnection connection => connection.Connection.Tokens.Current is { } current ? connection.Connection.Bind(current)
                : throw new ArgumentTransformationMetadataException(
                    "The token of this connection was removed from the cache. Connect again."),
            BearerTokenCacheEntry entry =>
                entry.Current ?? throw new ArgumentTransformationMetadataException("The token of this entry was removed from the cache."),
            SecureString { Length: 0 } when IsCheckedWhenRun => null,
            SecureString { Length: 0 } => throw new ArgumentTransformationMetadataException("The token is empty."),
            SecureString secure => new AccessToken(secure),
            string text when AllowText && TokenText.Strip(text) is { Length: > 0 } stripped =>
                new AccessToken(new Secret(stripped), new Tokens.TokenMetadata()),
            // The text is not quoted: it may be the token.
            string =>
                throw new ArgumentTransformationMetadataException(
                    "A token cannot be given as plain text, because it would be stored in history and logs. Pass the object from "
                        + "Get-BearerToken or a SecureString (Read-Host -AsSecureString, Get-Secret), or give a reference to "
                        + "Connect-BearerApi or Get-BearerToken: -TokenFrom env:NAME."),
            // Not quoted either.
            var other => throw new ArgumentTransformationMetadataException(
                $"It takes one token, and this is {NameOf(other)}. "
                    + "Pass the object from Get-BearerToken, or a SecureString (Read-Host -AsSecureString, Get-Secret)."),
        };

    private static string NameOf(object value) =>
        value is ICollection list ? $"a list of {list.Count} values" : $"a value of type {value.GetType().Name}";

    /// <summary>True for a deserialized token or connection.</summary>
    private static bool IsDeserialized(object value) => value is PSObject { TypeNames: [var name, ..] }
        && name.StartsWith("Deserialized.BearerTools.", StringComparison.Ordinal);
}
