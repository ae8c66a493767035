using BearerTools.Http;
using BearerTools.Security;

namespace BearerTools.Running;

/// <summary>Errors about JSON of a successful response.</summary>
internal static class JsonFailure
{
    /// <param name="template">The request.</param>
    /// <param name="fault">The fault, with what an event reports.</param>
    /// <param name="body">The text of the body, as far as it is shown.</param>
    /// <param name="hasObjects">True if objects before the fault were returned.</param>
    public static BearerRequestException Of(
        RequestTemplate template, JsonFormatException fault, string? body = null, bool hasObjects = true)
    {
        var words = ProblemText.From(fault.Reported, isCut: false, mediaType: null);
        var what = words is null ? fault.Message : $"{fault.Message}: {words}";
        return RequestFailure.InvalidBody(template, fault, fault.ErrorId, what, fault.NextStep, body, hasObjects);
    }
}
