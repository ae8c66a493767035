using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra.Assertions;

/// <summary>
/// An assertion returned by the user's script block. It runs on the pipeline thread of the waiting command, never in the
/// background.
/// </summary>
/// <param name="text">The script text, for the cache key.</param>
/// <param name="run">Runs the script.</param>
internal sealed class ScriptAssertion(string text, Func<string?> run) : AssertionProof
{
    public override bool CanRenew => false;

    public override void AddTo(TokenKey.Builder key) => key.AddDigest("assertion_script", text);

    protected override async ValueTask<Secret> MakeAsync(TokenRequestContext context, CancellationToken cancel)
    {
        if (context.UserPrompt is not { } prompt)
        {
            throw new BearerTokenException("The client assertion comes from a script block, which only Get-BearerToken and "
                + "Update-BearerToken can run.")
            {
                ErrorId = "ScriptNotRunHere",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Run Update-BearerToken, or name the assertion's source with -ClientAssertionFrom to have the token renewed "
                    + "automatically.",
            };
        }

        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new AssertionScriptStarted());
        return new Secret(await prompt.RunAsync(run, cancel).ConfigureAwait(false) ?? string.Empty);
    }
}
