using BearerTools.Diagnostics;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra.Assertions;

/// <summary>An assertion that a script of the user's gives. It runs on the thread of a command that waits for it, and never in the background.</summary>
/// <param name="text">The script, for the key.</param>
/// <param name="run">Runs it.</param>
internal sealed class ScriptAssertion(string text, Func<string?> run) : AssertionProof
{
    public override bool CanRenew => false;

    public override void AddTo(TokenKey.Builder key) => key.AddDigest("assertion_script", text);

    protected override async ValueTask<Secret> MakeAsync(TokenRequestContext context, CancellationToken cancel)
    {
        if (context.UserPrompt is not { } prompt)
        {
            throw new BearerTokenException("The client's assertion comes from a script block, which runs for Get-BearerToken and Update-BearerToken only.")
            {
                ErrorId = "ScriptNotRunHere",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Run Update-BearerToken, or give the assertion's place with -ClientAssertionFrom: then it is renewed by itself.",
            };
        }

        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new AssertionScriptStarted());
        return new Secret(await prompt.RunAsync(run, cancel).ConfigureAwait(false) ?? string.Empty);
    }
}
