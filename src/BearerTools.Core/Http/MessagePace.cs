using BearerTools.Diagnostics;
using BearerTools.Http.Pacing;
using BearerTools.Http.Retrying;
using BearerTools.Http.Tracing;
using BearerTools.Security;

namespace BearerTools.Http;

/// <summary>Lets messages be sent at the pace of their origins, and notes the pauses that responses ask for.</summary>
/// <param name="pace">The command's share in the pacing of all origins.</param>
/// <param name="tracer">Adds the pauses to the trace, or <see langword="null"/>.</param>
internal sealed class MessagePace(CommandPace pace, RequestTracer? tracer)
{
    /// <summary>
    /// Why messages wait for a limit that several processes share; <see langword="null"/> if the limits of a command say it.
    /// </summary>
    public string? SharedLimit => pace.Rate is null ? null : pace.Shared?.Limit;

    public async ValueTask<Permit> EnterAsync(RequestTemplate template, string token, RequestContext context)
    {
        try
        {
            var permit = await pace.Of(template.Origin, token)
                .EnterAsync(template.Address, context.Deadline?.Left, context.Events, context.ProgressSink, context.Cancel)
                .ConfigureAwait(false);
            return pace.Shared is { } shared ? await EnterSharedAsync(shared, permit, template, context).ConfigureAwait(false) : permit;
        }
        catch (PausedTooLongException e)
        {
            throw RetryFailure.PausedTooLong(e.Pause, template, context.Deadline!);
        }
    }

    /// <summary>Returns the permit. A lost one would be lost for everything in this process that sends to this origin.</summary>
    public void Leave(in Permit permit, HttpResponseMessage? response, RequestTemplate template, RequestContext context)
    {
        var pause = permit.Lane.Leave(permit, response);
        permit.Shared?.Dispose();
        if (pause is not { } requested) return;
        if (context.Events.IsEnabled(OriginPaused.LevelOf(requested)))
            context.Events.Write(new OriginPaused(template.Origin, requested, ServerDelay.Beyond(requested, response!.Headers)));
        tracer?.AddPause(template.Origin, requested);
        _ = pace.Shared?.PauseAsync(template.Origin, requested, context.Events);
    }

    /// <summary>Waits for other processes last, because their slots are valid for a moment only.</summary>
    private async ValueTask<Permit> EnterSharedAsync(ISharedPace shared, Permit permit, RequestTemplate template, RequestContext context)
    {
        try
        {
            var slot = await shared.EnterAsync(template.Origin, pace.Rate, context.Deadline?.Left, context.Events, context.Cancel)
                .ConfigureAwait(false);
            return slot is null ? permit : permit with { Shared = slot };
        }
        catch
        {
            permit.Lane.Leave(permit, null);
            throw;
        }
    }
}
