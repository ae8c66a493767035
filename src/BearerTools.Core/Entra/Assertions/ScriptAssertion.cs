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

    protected override async ValueTask<Secret> MakeAsync(IUserPrompt? prompt, Action<string>? say, CancellationToken cancel)
    {
        if (prompt is null)
        {
            throw new BearerTokenException("The client's assertion comes from a script block, which runs for Get-BearerToken and Update-BearerToken only.")
            {
                ErrorId = "ScriptNotRunHere",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Run Update-BearerToken, or give the assertion's place with -ClientAssertionFrom: then it is renewed by itself.",
            };
        }

        say?.Invoke("Running the script that gives the assertion.");
        return new Secret(await prompt.RunAsync(run, cancel).ConfigureAwait(false) ?? string.Empty);
    }
}
