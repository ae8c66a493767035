using Xunit.Abstractions;
using Xunit.Sdk;

namespace BearerTools.Fuzz;

/// <summary>Prints the seed at the start of a run.</summary>
public sealed class SeedReport
{
    /// <param name="messages">The output of the run.</param>
    public SeedReport(IMessageSink messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        messages.OnMessage(new DiagnosticMessage($"Fuzzing with {FuzzSettings.SeedVariable}={FuzzSettings.Seed}, {FuzzSettings.Runs} inputs for each parser."));
    }
}
