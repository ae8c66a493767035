using System.Net;

namespace BearerTools.Running;

/// <summary>What is known of an answer before its body.</summary>
internal sealed record ResponseHead(HttpStatusCode Status, IReadOnlyDictionary<string, IReadOnlyList<string>> Headers);
