using BearerTools.Http;
using BearerTools.Http.Retrying;
using BearerTools.Running.Paging;

namespace BearerTools.Running;

/// <summary>The way of one request: recipe, senders, answer, rows.</summary>
internal class RequestJob(RequestRun run, RequestRecipe recipe) : Job
{
    public override object? Input => recipe.Input;

    private protected RequestRun Run => run;

    private protected RequestRecipe Recipe => recipe;

    public override Task RunAsync(JobOutput output, CancellationToken cancel) => AnswerAsync(recipe, run.NewExchange(output, cancel), output);

    /// <summary>
    /// Sends it and writes its answer. One that broke off within its body, when nobody had seen any of it, is asked for again
    /// where it came from: what led there, such as a POST and its redirect, is done.
    /// </summary>
    private protected async Task AnswerAsync(RequestRecipe asked, Exchange exchange, JobOutput output)
    {
        var written = output.Rows;
        while (true)
        {
            BearerRequestException broken;
            using (var answer = await SendAsync(asked, exchange).ConfigureAwait(false))
            {
                try
                {
                    await WriteAsync(answer, exchange, output).ConfigureAwait(false);
                    return;
                }
                catch (BearerRequestException e) when (output.Rows == written && run.Retries is not null && Repeatable.After(e, answer.Recipe))
                {
                    (broken, asked) = (e, answer.Recipe);
                }
            }

            await run.Retries.NextTryAsync(broken, exchange).ConfigureAwait(false);
        }
    }

    private protected virtual Task<Answer> SendAsync(RequestRecipe asked, Exchange exchange) => run.Sender.SendAsync(asked, exchange);

    /// <summary>Says what is wanted of an answer, or that it is an error.</summary>
    private protected virtual Task WriteAsync(Answer answer, Exchange exchange, JobOutput output) => WriteAsync(answer, null, exchange, output);

    private protected async Task WriteAsync(Answer answer, Page? page, Exchange exchange, JobOutput output)
    {
        await WriteHeadAsync(answer, output).ConfigureAwait(false);
        if (!answer.IsSuccess && !run.SkipErrorCheck) throw await RequestFailure.FromAnswerAsync(answer, exchange.Cancel).ConfigureAwait(false);
        await WriteBodyAsync(answer, page, exchange, output).ConfigureAwait(false);
    }

    private protected ValueTask WriteHeadAsync(Answer answer, JobOutput output) => run.WantsHead
        ? output.WriteAsync(RunItemKind.Head, new AnswerHead(answer.Status, AllHeaders(answer.Message)))
        : ValueTask.CompletedTask;

    private protected async Task WriteBodyAsync(Answer answer, Page? page, Exchange exchange, JobOutput output)
    {
        var reader = run.RentReader();
        try
        {
            if (run.IncludeResponse)
            {
                var (body, length) = await reader.ReadWholeAsync(answer, page, exchange.Say, exchange.Cancel).ConfigureAwait(false);
                await output.WriteAsync(RunItemKind.Row, Response(answer, exchange, body), length).ConfigureAwait(false);
            }
            else
            {
                await reader.ReadRowsAsync(answer, page, output, exchange.Say, exchange.Cancel).ConfigureAwait(false);
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

    private protected BearerResponse Response(Answer answer, Exchange exchange, object? body) => new()
    {
        StatusCode = answer.Status,
        Headers = AllHeaders(answer.Message),
        Body = body,
        Duration = run.Time.GetElapsedTime(exchange.Begun),
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
