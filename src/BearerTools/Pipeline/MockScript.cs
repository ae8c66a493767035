using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using BearerTools.Mocking;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Pipeline;

/// <summary>
/// A script block of a mock's rule. It runs on the pipeline thread of the command whose request it is about. In another runspace than the
/// one it was created in, a copy runs, which does not see the variables of that runspace: running the original there would wait for it.
/// </summary>
/// <param name="script">The script block; it gets the request as $_ and as its first argument.</param>
/// <param name="parameter">Name of the parameter that it was passed to.</param>
internal sealed class MockScript(ScriptBlock script, string parameter)
{
    private readonly Guid? _session = Runspace.DefaultRunspace?.InstanceId;

    /// <exception cref="BearerRequestException">It failed, or no command waits for the request.</exception>
    public async ValueTask<T> RunAsync<T>(
        MockRequest request, ISessionThread? thread, Func<object?, T> convert, CancellationToken cancel) =>
        thread is null
            ? throw Error("cannot run: no command waits for the request")
            : await thread.RunAsync(() => convert(Run(request)), cancel).ConfigureAwait(false);

    private object? Run(MockRequest request)
    {
        var block = Runspace.DefaultRunspace?.InstanceId == _session ? script : ((ScriptBlockAst)script.Ast).GetScriptBlock();
        var given = new BearerMockRequest(request, MockBody.Of(request));
        try
        {
            var output = block.InvokeWithContext(null, [new PSVariable("_", given)], given);
            return output.Count switch
            {
                0 => null,
                1 => output[0],
                _ => output.ToArray(),
            };
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw Error($"failed for {request.Method} {PrintableAddress.Of(request.Address)}: {ServerText.Clean(e.Message, 500)}");
        }
    }

    private BearerRequestException Error(string what) => MockErrors.Error(
        "MockScriptFailed", BearerErrorKind.InvalidArgument, $"The script block of -{parameter} {what}.", "Correct the script block.");
}
