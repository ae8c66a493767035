using System.Collections.ObjectModel;
using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>Runs a script block for one input, where the engine does not do so itself.</summary>
internal static class InputBlock
{
    /// <param name="block">The user's script block.</param>
    /// <param name="input">The value of <c>$_</c>.</param>
    /// <param name="refuse">Creates the error if the block fails.</param>
    public static Collection<PSObject> Run(ScriptBlock block, object? input, Func<string, Exception, BearerRequestException> refuse)
    {
        try
        {
            return block.InvokeWithContext(null, [new PSVariable("_", input)]);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw refuse(e.Message, e);
        }
    }
}
