using BearerTools.Http;
using BearerTools.Running.Paging;

namespace BearerTools.Running;

/// <summary>The way of one request: recipe, senders, answer, rows.</summary>
internal class RequestJob(RequestRun run, RequestRecipe recipe) : Job
{
    public override object? Input => recipe.Input;

    private protected RequestRun Run => run;

    private protected RequestRecipe Recipe => recipe;

    public override async Task RunAsync(JobOutput output, CancellationToken cancel)
    {
        var exchange = run.NewExchange(output, cancel);
        var started = run.Time.GetTimestamp();
        while (true)
        {
            try
            {
                await AskAsync(output, exchange, started, cancel).ConfigureAwait(false);
                return;
            }
            catch (BearerRequestException e) when (run.Retries is not null && !output.HasRows)
            {
                // It broke off within the body, and nobody has seen any of it.
                if (!await run.Retries.AsksAgainAsync(recipe, e, exchange).ConfigureAwait(false)) throw;
            }
        }
    }

    /// <summary>Sends it, and says what comes of it.</summary>
    private protected virtual async Task AskAsync(JobOutput output, Exchange exchange, long started, CancellationToken cancel)
    {
        using var answer = await run.Sender.SendAsync(recipe, exchange).ConfigureAwait(false);
        await WriteAsync(answer, exchange, started, null, output, cancel).ConfigureAwait(false);
    }

    /// <summary>Says what is wanted of an answer, or that it is an error.</summary>
    private protected async Task WriteAsync(Answer answer, Exchange exchange, long started, Page? page, JobOutput output, CancellationToken cancel)
    {
        await WriteHeadAsync(answer, output).ConfigureAwait(false);
        if (!answer.IsSuccess && !run.SkipErrorCheck) throw await RequestFailure.FromAnswerAsync(answer, cancel).ConfigureAwait(false);
        await WriteBodyAsync(answer, exchange, started, page, output, cancel).ConfigureAwait(false);
    }

    private protected ValueTask WriteHeadAsync(Answer answer, JobOutput output) => run.WantsHead
        ? output.WriteAsync(RunItemKind.Head, new AnswerHead(answer.Status, AllHeaders(answer.Message)))
        : ValueTask.CompletedTask;

    private protected async Task WriteBodyAsync(Answer answer, Exchange exchange, long started, Page? page, JobOutput output, CancellationToken cancel)
    {
        var reader = run.RentReader();
        try
        {
            if (run.IncludeResponse)
            {
                var (body, length) = await reader.ReadWholeAsync(answer, page, exchange.Say, cancel).ConfigureAwait(false);
                await output.WriteAsync(RunItemKind.Row, Response(answer, exchange, body, run.Time.GetElapsedTime(started)), length).ConfigureAwait(false);
            }
            else
            {
                await reader.ReadRowsAsync(answer, page, output, exchange.Say, cancel).ConfigureAwait(false);
            }
        }
        catch (JsonFormatException e)
        {
            throw RequestFailure.NotAsSaid(answer.Recipe, e, e.ErrorId, e.Message, e.NextStep);
        }
        finally
        {
            run.Return(reader);
        }
    }

    private protected BearerResponse Response(Answer answer, Exchange exchange, object? body, TimeSpan duration) => new()
    {
        StatusCode = answer.Status,
        Headers = AllHeaders(answer.Message),
        Body = body,
        Duration = duration,
        Attempts = exchange.Attempts,
        Input = recipe.Input,
        Uri = answer.Recipe.Address,
    };

    private static Dictionary<string, IReadOnlyList<string>> AllHeaders(HttpResponseMessage message)
    {
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in message.Headers.NonValidated.Concat(message.Content.Headers.NonValidated))
            headers[name] = values.ToArray();
        return headers;
    }
}
