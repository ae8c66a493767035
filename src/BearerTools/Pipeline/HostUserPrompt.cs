using System.Management.Automation;
using System.Management.Automation.Host;
using BearerTools.Tokens;

namespace BearerTools.Pipeline;

/// <summary>
/// Prompts the user through the command's host. The host writes directly, so no redirected or silenced stream loses the prompt.
/// </summary>
/// <param name="host">The command's host.</param>
/// <param name="onPipeline">Runs a function on the pipeline thread as soon as that is free.</param>
internal sealed class HostUserPrompt(PSHost host, Func<Func<string?>, Task<string?>> onPipeline) : IUserPrompt
{
    public string? UnavailableReason { get; } = InteractivityDetector.UnavailableReason(host);

    public bool HasBrowser { get; init; } = true;

    public TimeSpan? LoginTimeout { get; init; }

    public Task ShowAsync(string text, CancellationToken cancel) => OnHostAsync(ui => Write(ui, text), cancel);

    public Task<string?> ReadLineAsync(string question, CancellationToken cancel) => OnHostAsync(ui =>
    {
        ui.Write(question);
        return ui.ReadLine();
    }, cancel);

    public Task<string?> RunAsync(Func<string?> script, CancellationToken cancel) => onPipeline(script).WaitAsync(cancel);

    private static string? Write(PSHostUserInterface ui, string text)
    {
        ui.WriteLine(text);
        return null;
    }

    private async Task<string?> OnHostAsync(Func<PSHostUserInterface, string?> action, CancellationToken cancel)
    {
        try
        {
            return await onPipeline(() => action(host.UI)).WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HostException or PSInvalidOperationException or NotImplementedException)
        {
            throw new BearerTokenException("Interactive sign-in is not possible: the session's host cannot prompt the user.", e)
            {
                ErrorId = "NotInteractive",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Run the command at a prompt, or use a flow without user interaction.",
            };
        }
    }
}
