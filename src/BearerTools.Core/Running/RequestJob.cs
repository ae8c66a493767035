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
        using var answer = await run.Sender.SendAsync(recipe, exchange).ConfigureAwait(false);
        await WriteAsync(answer, exchange, started, null, output, cancel).ConfigureAwait(false);
    }

    /// <summary>Reads an answer and says what is wanted of it.</summary>
    private protected async Task WriteAsync(Answer answer, Exchange exchange, long started, Page? page, JobOutput output, CancellationToken cancel)
    {
        if (run.WantsHead)
            await output.WriteAsync(RunItemKind.Head, new AnswerHead(answer.Status, AllHeaders(answer.Message))).ConfigureAwait(false);
        if (!answer.IsSuccess && !run.SkipErrorCheck)
            throw await RequestFailure.FromAnswerAsync(answer, cancel).ConfigureAwait(false);

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
            throw NotAsSaid(answer.Recipe, e);
        }
        finally
        {
            run.Return(reader);
        }
    }

    /// <summary>The answer was a success, but its body is not what it says it is.</summary>
    private static BearerRequestException NotAsSaid(RequestRecipe recipe, JsonFormatException fault)
    {
        var address = RequestAddress.Printable(recipe.Address);
        return new BearerRequestException($"{recipe.Method} {address}: {fault.Message}", fault)
        {
            ErrorId = fault.ErrorId,
            Kind = fault.Kind,
            Address = address,
            NextStep = fault.NextStep ?? "The objects before it are good. Ask again; if it stays so, tell whoever runs the API what it sends there.",
        };
    }

    private BearerResponse Response(Answer answer, Exchange exchange, object? body, TimeSpan duration) => new()
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
