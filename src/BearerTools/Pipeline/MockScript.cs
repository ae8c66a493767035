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
    private const string Recursive = "MockRuleRecursive";

    /// <summary>A block may send a request that another rule with a block matches; more levels mean endless recursion.</summary>
    private const int MaxDepth = 8;

    /// <summary>Number of blocks that are running inside each other.</summary>
    private static readonly AsyncLocal<int> s_depth = new();

    private readonly Guid? _session = Runspace.DefaultRunspace?.InstanceId;

    /// <exception cref="BearerRequestException">It failed, or no command waits for the request.</exception>
    public async ValueTask<T> RunAsync<T>(
        MockRequest request, ISessionThread? thread, Func<object?, T> convert, CancellationToken cancel) =>
        thread is null
            ? throw Error(request, "cannot run: no command waits for the request.")
            : await thread.RunAsync(() => convert(Run(request)), cancel).ConfigureAwait(false);

    private object? Run(MockRequest request)
    {
        if (s_depth.Value == MaxDepth)
        {
            throw Error(
                request, $"calls itself: it sends a request for which it runs again. It was stopped at {MaxDepth} levels.", Recursive,
                "Return the response from the script block, or send the request to an address that another rule matches.");
        }

        s_depth.Value++;
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
            // Each level would add its own text to the error of the innermost one.
            if (e.ErrorRecord.Exception is BearerRequestException { ErrorId: Recursive } recursion) throw recursion;
            var text = ServerText.Clean(e.Message, 500);
            throw Error(
                request,
                $"failed for {request.Method} {PrintableAddress.Of(request.Address)}: {text}{(text.EndsWith('.') ? string.Empty : ".")}");
        }
        catch (FlowControlException e) when (e is BreakException or ContinueException)
        {
            throw Error(request, "uses break or continue outside a loop, which would end the test.", nextStep: "Use return in its place.");
        }
        finally
        {
            s_depth.Value--;
        }
    }

    private BearerRequestException Error(
        MockRequest request, string what, string id = "MockScriptFailed", string nextStep = "Correct the script block.") =>
        MockErrors.Error(
            id, BearerErrorKind.InvalidArgument,
            $"The script block of -{parameter} of rule {request.Rule?.Number} ({request.Rule}) {what}", nextStep);
}
