using BearerTools.Http;
using BearerTools.Tests.Support;
using BearerTools.Tokens;
using Microsoft.AspNetCore.Http;

namespace BearerTools.Tests.Http;

/// <summary>The whole way of a request, from redirects to the socket, with tokens that a test hands out.</summary>
internal sealed class Wire : IDisposable
{
    private readonly HttpMessageInvoker _connections = Connections.Create();

    public Wire(bool canRenew = true, bool allowUnencrypted = false, IEnumerable<Origin>? origins = null, DPoPKey? key = null)
    {
        Source = new ScriptedSource(TimeProvider.System) { CanRenew = canRenew, Origins = origins ?? [], ProofKey = key };
        Tokens = new TokenEntry(Source, TimeProvider.System);
        Sender = new RedirectSender(new BearerSender(new SocketSender(_connections), Tokens, allowUnencrypted), RedirectSender.DefaultMostHops);
    }

    public ScriptedSource Source { get; }

    public TokenEntry Tokens { get; }

    public IRequestSender Sender { get; }

    public List<string> Lines { get; } = [];

    /// <summary>How many requests the last one took.</summary>
    public int Attempts { get; private set; }

    public static RequestRecipe Get(Uri address) => new() { Method = HttpMethod.Get, Address = address };

    public static RequestRecipe Post(Uri address, RequestBody? body = null) =>
        new() { Method = HttpMethod.Post, Address = address, Body = body ?? new BytesBody("""{"n":1}"""u8.ToArray(), "application/json") };

    /// <summary>Refuses the first requests with a challenge, and answers those after them.</summary>
    public static RequestDelegate Rejecting(int times, params string[] challenges)
    {
        var seen = 0;
        return http =>
        {
            if (Interlocked.Increment(ref seen) > times) return OddServer.JsonAsync(http, "{}");
            http.Response.Headers.WWWAuthenticate = challenges;
            return OddServer.JsonAsync(http, """{"message":"not you"}""", StatusCodes.Status401Unauthorized);
        };
    }

    public static RequestDelegate Redirecting(Func<string> to, int status = StatusCodes.Status302Found) => http =>
    {
        http.Response.StatusCode = status;
        http.Response.Headers.Location = to();
        return Task.CompletedTask;
    };

    public async Task<Answer> SendAsync(RequestRecipe recipe, CancellationToken cancel = default)
    {
        var exchange = new Exchange(Lines.Add, cancel);
        try
        {
            return await Sender.SendAsync(recipe, exchange).Soon();
        }
        finally
        {
            Attempts = exchange.Attempts;
        }
    }

    /// <summary>The error that a command would show.</summary>
    public async Task<BearerRequestException> FailAsync(RequestRecipe recipe)
    {
        var error = await Record.ExceptionAsync(async () =>
        {
            using var answer = await SendAsync(recipe);
            if (!answer.IsSuccess) throw await RequestFailure.FromAnswerAsync(answer, default).Soon();
        });
        return Assert.IsType<BearerRequestException>(error);
    }

    public Task<BearerRequestException> FailAsync(Uri address) => FailAsync(Get(address));

    public static string AllTextOf(BearerRequestException e) =>
        $"{e} {e.Body} {e.Details} {e.NextStep} {e.Address} {string.Join(' ', e.Headers.Select(h => $"{h.Key}: {string.Join(", ", h.Value)}"))}";

    public void Dispose() => _connections.Dispose();
}
