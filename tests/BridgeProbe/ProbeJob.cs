using BearerTools.Diagnostics;
using BearerTools.Running;

namespace BearerTools.BridgeProbe;

/// <summary>What a worker does for one input, as the parameters ask.</summary>
internal sealed class ProbeJob(ProbePlan plan, object? input) : Job
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    public override object? Input => input;

    public override async Task RunAsync(JobOutput output, CancellationToken cancel)
    {
        plan.Counts.Enter();
        try
        {
            if (plan.Delay > 0) await Task.Delay(plan.Delay, cancel).ConfigureAwait(false);
            if (plan.Tell && output.IsEnabled(EventLevel.Verbose)) output.Write(new ProbeEvent(EventLevel.Verbose, $"told of {input}"));
            if (plan.Say) SayAround(output, "before");
            if (plan.Ask is { } ask) await PostAsync(output, 1, await ask(input).ConfigureAwait(false)).ConfigureAwait(false);
            else await RowsAsync(output).ConfigureAwait(false);
            if (plan.Say) SayAround(output, "after");
            if (plan.Fail) throw new InvalidOperationException($"input {input} fails");
            if (plan.Hang) await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(false);
        }
        finally
        {
            // Deaf: not even the end of the command is heard, as in a call that takes no token.
            if (plan.DeafFor > 0) await Task.Delay(plan.DeafFor, CancellationToken.None).ConfigureAwait(false);
            plan.Counts.Leave();
        }
    }

    private async Task RowsAsync(JobOutput output)
    {
        var begun = Environment.TickCount64;
        for (var number = 1L; number <= plan.Rows || plan.UntilStarted > plan.Counts.Started; number++)
        {
            if (number > plan.Rows && Environment.TickCount64 - begun > s_timeout.TotalMilliseconds)
                throw new TimeoutException($"Only {plan.Counts.Started} jobs were started while input {input} gave rows.");
            await PostAsync(output, number, plan.RowSize > 0 ? new string('x', plan.RowSize) : null).ConfigureAwait(false);
        }
    }

    private async Task PostAsync(JobOutput output, long number, object? value)
    {
        await output.WriteAsync(RunItemKind.Row, new ProbeRow(input, number, value), plan.RowSize).ConfigureAwait(false);
        plan.Counts.Posted();
    }

    private void SayAround(JobOutput output, string when)
    {
        output.Write(new ProbeEvent(EventLevel.Verbose, $"verbose {when} {input}"));
        output.Write(new ProbeEvent(EventLevel.Warning, $"warning {when} {input}"));
        output.Write(new ProbeEvent(EventLevel.Debug, $"debug {when} {input}"));
    }

    private sealed record ProbeEvent(EventLevel At, string Text) : DiagnosticEvent
    {
        public override EventLevel Level => At;

        public override string ToString() => Text;
    }
}
