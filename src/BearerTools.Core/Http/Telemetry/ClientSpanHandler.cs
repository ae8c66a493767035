using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BearerTools.Diagnostics.Telemetry;
using BearerTools.Diagnostics.Tracing;
using BearerTools.Http.Connecting;
using BearerTools.Security;

namespace BearerTools.Http.Telemetry;

/// <summary>
/// Emits the span of each message, with the stable attributes of OpenTelemetry, on .NET 8, whose own activity has none. .NET 9 and later
/// emit the span themselves.
/// </summary>
internal sealed class ClientSpanHandler(HttpMessageHandler sockets) : DelegatingHandler(sockets)
{
    /// <summary>True if the runtime needs this handler.</summary>
    public static bool IsNeeded { get; } = Environment.Version.Major < 9;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        TelemetrySource.Activities.HasListeners()
            ? SendWithSpanAsync(request, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    private async Task<HttpResponseMessage> SendWithSpanAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var activity = TelemetrySource.Activities.StartActivity(TelemetryTags.MethodOf(request.Method), ActivityKind.Client);
        if (activity is { IsAllDataRequested: true }) Describe(activity, request);
        try
        {
            var response = await base.SendAsync(request, cancel).ConfigureAwait(false);
            if (activity is { IsAllDataRequested: true }) Describe(activity, response);
            return response;
        }
        catch (Exception e) when (activity is not null)
        {
            activity.SetTag(TelemetryTags.Error, ErrorOf(e));
            activity.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private static void Describe(Activity activity, HttpRequestMessage request)
    {
        var address = request.RequestUri!;
        var method = TelemetryTags.MethodOf(request.Method);
        if (method != request.Method.Method)
        {
            activity.DisplayName = "HTTP";
            activity.SetTag(TelemetryTags.OriginalMethod, LiveSecrets.Redact(request.Method.Method));
        }

        activity.SetTag(TelemetryTags.Method, method);
        activity.SetTag(TelemetryTags.Address, address.IdnHost);
        activity.SetTag(TelemetryTags.Port, address.Port);
        activity.SetTag(TelemetryTags.Url, TracedAddress.Shown(address));
        if (request is ConnectingMessage { Resends: > 0 and var resends }) activity.SetTag(TelemetryTags.Resends, resends);
    }

    private static void Describe(Activity activity, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        activity.SetTag(TelemetryTags.Status, status);
        activity.SetTag(TelemetryTags.Protocol, VersionOf(response.Version));
        if (status < 400) return;
        activity.SetTag(TelemetryTags.Error, status.ToString(CultureInfo.InvariantCulture));
        activity.SetStatus(ActivityStatusCode.Error);
    }

    private static string VersionOf(Version version) =>
        version.Major == 1 ? version.ToString(2) : version.Major.ToString(CultureInfo.InvariantCulture);

    /// <summary>The names that .NET 9 and later use.</summary>
    private static string? ErrorOf(Exception error) =>
        error is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var known }
            ? JsonNamingPolicy.SnakeCaseLower.ConvertName(known.ToString())
            : error.GetType().FullName;
}
