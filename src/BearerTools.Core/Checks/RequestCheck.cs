using System.Net;
using BearerTools.Composition;
using BearerTools.Http;
using BearerTools.Security;

namespace BearerTools.Checks;

/// <summary>The last step: one request with the token, which is neither renewed nor retried.</summary>
/// <param name="steps">The checklist.</param>
/// <param name="target">What is tested.</param>
/// <param name="address">The address of the request.</param>
/// <param name="probe">The connection that was tried before; <see langword="null"/> for a mock.</param>
internal sealed class RequestCheck(CheckSteps steps, CheckTarget target, Uri address, NetworkProbe? probe)
{
    private const string Deadline = "-DeadlineSeconds";

    private const string TimeLimit = "-TimeoutSec";

    private const string IsPage = "but an HTML page such as a sign-in page";

    private string Address => RequestAddress.Printable(address);

    /// <param name="connection">The connection.</param>
    /// <param name="token">The token to send; <see langword="null"/> for a request without one.</param>
    /// <param name="context">The request's context.</param>
    public async Task RunAsync(Connection connection, AccessToken? token, RequestContext context)
    {
        // The entry of its own neither renews the token nor removes it, whatever the API responds.
        var sender = token is null ? connection : connection with { Tokens = target.Services.Standalone(token) };
        var begun = target.Services.Time.GetTimestamp();
        using var pipeline = RequestPipeline.Create(connection.Services, sender, target.Options, target.Grant);
        try
        {
            using var response = await pipeline.Handler.SendAsync(Template(token is not null), context).ConfigureAwait(false);
            // The advice is for the connection, not for the copy of its token.
            response.Sent = response.Sent is { } sent ? sent with { Source = connection.Tokens.Source } : null;
            await ReadAsync(response, connection, token, target.Services.Time.GetElapsedTime(begun), context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IBearerError)
        {
            var known = (IBearerError)e;
            steps.Fail(CheckSteps.Request, ForTest(FoundIn(e)), ForTest(e.Message), Advice(known), known.ErrorId);
        }
    }

    /// <summary>What to do about a request that was not sent, or had no response: with the parameters that the test has.</summary>
    private static string? Advice(IBearerError error) => error.ErrorId switch
    {
        "PausedBeyondDeadline" => "Test again when the pause is over, or allow more time with -TimeoutSec.",
        "UnencryptedAuthentication" =>
            "Use https. If you accept the risk, send requests with Invoke-BearerRequest … -AllowUnencryptedAuthentication; they cannot be "
            + "tested here.",
        "ResponseTimeout" or "OperationTimeout" => "Check why the server is slow: the time limits of the connection apply to the test too.",
        _ => error.NextStep is { } nextStep ? ForTest(nextStep) : null,
    };

    /// <summary>The time limit of the test is the deadline of its request.</summary>
    private static string ForTest(string text) => text
        .Replace(Deadline, TimeLimit, StringComparison.Ordinal)
        .Replace(IdentityAdvice.CompareClocks, "look at the step Clock", StringComparison.Ordinal);

    private RequestTemplate Template(bool carriesToken) => new()
    {
        Method = target.Method,
        Address = address,
        Headers = carriesToken ? target.Options.Headers : [],
        Accept = carriesToken
            ? target.Options.Headers.FirstOrDefault(header => header.Key.Equals("Accept", StringComparison.OrdinalIgnoreCase)).Value
            : null,
        CarriesToken = carriesToken,
        IsCrossOrigin = !carriesToken,
    };

    private async Task ReadAsync(
        ApiResponse response, Connection connection, AccessToken? token, TimeSpan duration, RequestContext context)
    {
        var status = (int)response.Status;
        var reason = StatusReason.Of(response.Message, 100);
        var type = ServerText.Clean(response.Message.Content.Headers.ContentType?.MediaType ?? "no body", 100);
        var details = new Dictionary<string, object?>
        {
            ["Uri"] = RequestAddress.Printable(response.Template.Address),
            ["Status"] = status,
            ["ReasonPhrase"] = reason,
            ["ContentType"] = type,
            ["HttpVersion"] = response.Message.Version.ToString(),
        };
        var found = StatusReason.WithStatus(response.Status, reason);
        if (response.IsSuccess)
        {
            steps.Pass(CheckSteps.Request, $"{found}, {type}, in {TimeText.Milliseconds(duration)}", duration, details);
            await ReadBodyAsync(response, found, context).ConfigureAwait(false);
            return;
        }

        steps.Pass(CheckSteps.Request, found, duration, details);
        if (token is null && response.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            steps.Pass(CheckSteps.Request, $"{found}: reached; it requires a token", duration, details);
            return;
        }

        var error = await RequestFailure.FromResponseAsync(response, context).ConfigureAwait(false);
        if (IsNothingThere(response))
        {
            steps.Warn(
                CheckSteps.Request,
                $"{found} at the base address",
                $"The API responds, but has nothing at its base address itself, {Address}. Many APIs do not.",
                "Test an address that exists, such as Test-BearerConnection -Path users.",
                details);
            return;
        }

        steps.Fail(CheckSteps.Request, FoundIn(error), error.Message, NextStep(response, error), error.ErrorId);
        if (token is not null) new Rejection(steps, response, probe).Explain(connection, token);
    }

    private bool IsNothingThere(ApiResponse response) => target.Path is null
        && response.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable;

    private async Task ReadBodyAsync(ApiResponse response, string found, RequestContext context)
    {
        if (target.Method == HttpMethod.Head) return;
        if (SignInPage.HasHead(response))
        {
            var page = await SignInPage.ErrorAsync(response, context).ConfigureAwait(false);
            steps.Fail(CheckSteps.Request, page, $"{found}, {IsPage}");
            return;
        }

        var media = response.Message.Content.Headers.ContentType?.MediaType ?? string.Empty;
        var body = await RequestFailure.ReadStartAsync(response.Message.Content, context).ConfigureAwait(false);
        if (body.Fault is { } fault)
        {
            const string NextStep = "Try again. If the error persists, report it to the owner of the API, or of the proxy in front of it.";
            var error = RequestFailure.FromConnection(fault, response.Template, NextStep);
            steps.Fail(CheckSteps.Request, error, $"{found}, but the body is incomplete");
            return;
        }

        var (text, isCut) = body;
        if (text is null) return;
        var isMarkup = text.AsSpan().TrimStart().StartsWith("<");
        if (isMarkup && SignInPage.Is(response, text, needsJson: false))
            steps.Fail(CheckSteps.Request, SignInPage.Error(response, text, isCut), $"{found}, {IsPage}");
        else if (isMarkup && media.Contains("html", StringComparison.OrdinalIgnoreCase)) WarnOfPage(found, HtmlPage.TextOf(text, isCut));
        else if (IsJson(media) && !isCut && ServerJson.TryParse(text) is null)
        {
            steps.Warn(
                CheckSteps.Request,
                $"{found}, but not valid JSON",
                $"The response of {Address} is declared as {ServerText.Clean(media, 100)}, but is not valid JSON.",
                $"Invoke-BearerRequest '{Address}' -AsText shows it; report it to the API's owner.");
        }
    }

    private void WarnOfPage(string found, string? words) => steps.Warn(
        CheckSteps.Request,
        $"{found}, but an HTML page, not data",
        $"{Address} returns an HTML page{(words is null ? string.Empty : $" that says \"{words}\"")}, not data. The address may be one for "
            + "browsers.",
        "Check the base address: the API may have a path of its own, such as /api/v1/.");

    private static bool IsJson(string media) =>
        media is "application/json" or "text/json" || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    private string? NextStep(ApiResponse response, BearerRequestException error)
    {
        if (response.Status == HttpStatusCode.NotFound)
        {
            return target.Connection?.BaseUri is { } baseUri
                ? $"The base address is {RequestAddress.Printable(baseUri)}. Check whether it has to end with a path, such as /api/v1/, "
                    + "and check the spelling of the path after it."
                : error.NextStep ?? "Check the spelling of the address.";
        }

        if (response.Status == HttpStatusCode.ProxyAuthenticationRequired && probe is { Proxy: null })
        {
            return "No proxy is used, so the API, or a gateway in front of it, responded with a status that only proxies may use: report "
                + "it to the API's owner.";
        }

        var nextStep = response.Status < HttpStatusCode.BadRequest
            ? "The API did not return data: test the final address with -Path or -Uri."
            : ForTest(error.NextStep ?? "Correct the request as the API's message says, or test another address with -Path.");
        var proxy = probe?.Proxy is { } place && response.Status is HttpStatusCode.Forbidden or >= HttpStatusCode.InternalServerError
            ? $" The response may come from {place.Name} instead of the API."
            : null;
        return proxy is null ? nextStep : $"{nextStep}{proxy}".TrimStart();
    }

    /// <summary>The message without the method and the address, which the checklist shows.</summary>
    private string FoundIn(Exception error)
    {
        var start = $"{target.Method} {Address}: ";
        var text = error.Message.StartsWith(start, StringComparison.Ordinal) ? error.Message[start.Length..] : error.Message;
        return ServerText.Sentence(text, 200);
    }
}
