using System.Net;

namespace BearerTools.Running;

/// <summary>The status and headers of a response.</summary>
internal sealed record ResponseHead(HttpStatusCode Status, IReadOnlyDictionary<string, IReadOnlyList<string>> Headers);
