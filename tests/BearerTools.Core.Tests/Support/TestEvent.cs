using BearerTools.Diagnostics;

namespace BearerTools.Tests.Support;

/// <summary>An event of a test's own.</summary>
internal sealed record TestEvent(string Text, EventLevel At = EventLevel.Verbose) : DiagnosticEvent
{
    public override EventLevel Level => At;

    public override string ToString() => Text;
}
