using System.Collections.ObjectModel;
using System.Management.Automation;

namespace BearerTools.Binding;

/// <summary>A script block over one input, where the engine does not run it by itself.</summary>
internal static class InputBlock
{
    /// <param name="block">What the user gave.</param>
    /// <param name="input">Its <c>$_</c>.</param>
    /// <param name="refuse">Makes the error of a block that failed.</param>
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
