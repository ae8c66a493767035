using System.Management.Automation;
using System.Management.Automation.Host;
using BearerTools.Tokens;

namespace BearerTools.Pipeline;

/// <summary>Whoever sits at the host of a command. Written by the host itself: no stream can be turned off that it would be lost in.</summary>
/// <param name="host">The host of the command.</param>
/// <param name="onPipeline">Has something done on the pipeline's thread, as soon as that is free.</param>
internal sealed class HostUserPrompt(PSHost host, Func<Func<string?>, Task<string?>> onPipeline) : IUserPrompt
{
    public string? UnavailableReason { get; } = InteractivityDetector.UnavailableReason(host);

    public bool HasBrowser { get; init; } = true;

    public TimeSpan? Patience { get; init; }

    public Task ShowAsync(string text, CancellationToken cancel) => OnHostAsync(ui => Write(ui, text), cancel);

    public Task<string?> AskAsync(string question, CancellationToken cancel) => OnHostAsync(ui =>
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
            throw new BearerTokenException("This way to a token needs a person, and the session's host cannot ask one.", e)
            {
                ErrorId = "NotInteractive",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Run the command at a prompt, or use a way that needs nobody.",
            };
        }
    }
}
