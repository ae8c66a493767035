namespace BearerTools;

/// <summary>HTTP methods, named as in Invoke-RestMethod.</summary>
public enum WebRequestMethod
{
    /// <summary>GET.</summary>
    Default,

    /// <summary>GET: retrieves a resource.</summary>
    Get,

    /// <summary>HEAD: the headers of a GET.</summary>
    Head,

    /// <summary>POST: creates a resource or runs an action.</summary>
    Post,

    /// <summary>PUT: replaces a resource.</summary>
    Put,

    /// <summary>DELETE: removes a resource.</summary>
    Delete,

    /// <summary>TRACE: returns the request.</summary>
    Trace,

    /// <summary>OPTIONS: lists the supported methods.</summary>
    Options,

    /// <summary>MERGE: changes a part of a resource (OData before PATCH).</summary>
    Merge,

    /// <summary>PATCH: changes a part of a resource (RFC 5789).</summary>
    Patch,
}
