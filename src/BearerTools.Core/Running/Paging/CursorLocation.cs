namespace BearerTools;

/// <summary>Where the cursor of the next page is sent.</summary>
public enum CursorLocation
{
    /// <summary>In the query of the URL.</summary>
    Query,

    /// <summary>In the body, which is a JSON object or a form.</summary>
    Body,

    /// <summary>In a header.</summary>
    Header,
}
